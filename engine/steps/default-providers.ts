import type { PropertyMap } from "../../stack/property-value";
import { makeSecret } from "../../stack/property-values";
import type { StackConfig } from "../../stack/stack-file";
import { providerTypeOf } from "../../stack/urn";
import type { Goal } from "../goal/goal";

/** Registers the provider that a resource means which names none: one a package and version, configured by the stack's `PACKAGE:key` settings. */
export class DefaultProviders {
  private readonly references = new Map<string, Promise<string>>();

  /** @param register registers a provider as the program would and returns its reference. */
  constructor(
    private readonly config: StackConfig,
    private readonly register: (goal: Goal) => Promise<string>,
  ) {}

  reference(packageName: string, version: string): Promise<string> {
    const key = `${packageName}@${version}`;
    const known = this.references.get(key) ?? this.register(this.goal(packageName, version));
    this.references.set(key, known);
    return known;
  }

  private goal(packageName: string, version: string): Goal {
    return {
      type: providerTypeOf(packageName),
      name: version === "" ? "default" : `default_${version.replaceAll(/[.+-]/g, "_")}`,
      custom: true,
      parent: "",
      inputs: this.settingsOf(packageName),
      provider: "",
      version,
      dependencies: [],
      propertyDependencies: {},
      protect: false,
      retainOnDelete: false,
      ignoreChanges: [],
      replaceOnChanges: [],
      hideDiffs: [],
      deleteBeforeReplace: undefined,
      additionalSecretOutputs: [],
      customTimeouts: undefined,
      aliases: [],
    };
  }

  private settingsOf(packageName: string): PropertyMap {
    const prefix = `${packageName}:`;
    const own = Object.entries(this.config).filter(([key]) => key.startsWith(prefix));
    return Object.fromEntries(own.map(([key, { value, isSecret }]) => [key.slice(prefix.length), isSecret ? makeSecret(value) : value]));
  }
}
