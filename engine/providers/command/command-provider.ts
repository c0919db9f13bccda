import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import type { PropertyMap } from "../../../stack/property-value";
import { Secret } from "../../../stack/property-value";
import { diffInputs } from "../../provider/property-diff";
import type { CheckResult, DiffResult, Provider, ProviderCall, ResourceIdentity, ResourceState } from "../../provider/provider";
import { ProviderError } from "../../provider/provider";
import { checkInputs, type Fields } from "../../provider/shape";
import { isMap, textOf, textsOf } from "../../provider/values";
import { hostOf, LOCAL_FIELDS, parseConnection, REMOTE_FIELDS } from "./command-inputs";
import { type CommandOutput, type LocalPlace, runCommand } from "./command-run";
import { SshMaster } from "./ssh-master";

const FIELDS: Readonly<Record<string, Fields>> = {
  "command:local:Command": LOCAL_FIELDS,
  "command:remote:Command": REMOTE_FIELDS,
};

const SHELL = ["/bin/sh", "-c"];

/** What the real provider leaves in the state of its provider resource: the version of the framework that it is built with. */
const FRAMEWORK_MARK = { "__pulumi-go-provider-version": "(devel)" };

/** `@pulumi/command` 1.2.1: `local.Command` and `remote.Command`. One connection a host is kept until `close`. */
export class CommandProvider implements Provider {
  private readonly masters = new Map<string, SshMaster>();

  constructor(private readonly projectFolder: string) {}

  async checkConfig(inputs: PropertyMap): Promise<CheckResult> {
    checkInputs("pulumi:providers:command", inputs, { version: { shape: "string" } }, false);

    return { inputs: { ...inputs, ...FRAMEWORK_MARK }, failures: [] };
  }

  async diffConfig(oldInputs: PropertyMap, newInputs: PropertyMap): Promise<DiffResult> {
    return diffInputs(oldInputs, newInputs, { keyOf: () => undefined, replaces: () => false, deleteBeforeReplace: false });
  }

  async configure(): Promise<void> {}

  async check(resource: ResourceIdentity, written: PropertyMap): Promise<CheckResult> {
    const { inputs, failures } = checkInputs(resource.type, written, fieldsOf(resource), false);
    const { connection } = inputs;

    return { inputs: isMap(connection) ? { ...inputs, connection: new Secret(markKeys(connection)) } : inputs, failures };
  }

  async diff(old: ResourceState, newInputs: PropertyMap): Promise<DiffResult> {
    return diffInputs(old.inputs, newInputs, {
      keyOf: () => undefined,
      replaces: (property) => property === "triggers",
      deleteBeforeReplace: false,
    });
  }

  async create(
    resource: ResourceIdentity,
    inputs: PropertyMap,
    _isResumed?: boolean,
    call?: ProviderCall,
  ): Promise<{ readonly id: string; readonly outputs: PropertyMap }> {
    const name = resource.urn.split("::").at(-1) ?? "";
    const output = await this.run(resource, textOf(inputs["create"]), inputs, call);

    return { id: name + randomBytes(4).toString("hex"), outputs: { ...inputs, ...(output ?? { stdout: "", stderr: "" }) } };
  }

  // What a command did cannot be looked at; a stack that wants to know asks the host itself.
  async read(old: ResourceState): Promise<ResourceState> {
    return old;
  }

  async update(old: ResourceState, newInputs: PropertyMap, call?: ProviderCall): Promise<PropertyMap> {
    const command = textOf(newInputs["update"]) ?? textOf(newInputs["create"]);
    const output = await this.run(old, command, newInputs, call);

    return { ...newInputs, ...(output ?? { stdout: old.outputs["stdout"] ?? "", stderr: old.outputs["stderr"] ?? "" }) };
  }

  async delete(old: ResourceState, call?: ProviderCall): Promise<void> {
    await this.run(old, textOf(old.inputs["delete"]), old.inputs, call);
  }

  async close(): Promise<void> {
    const masters = [...this.masters.values()];
    this.masters.clear();
    await Promise.all(masters.map((master) => master.close()));
  }

  private async run(
    resource: ResourceIdentity,
    command: string | undefined,
    inputs: PropertyMap,
    call: ProviderCall | undefined,
  ): Promise<CommandOutput | undefined> {
    fieldsOf(resource);
    if (command === undefined) return undefined;

    const place = resource.type === "command:local:Command" ? this.localPlace(inputs) : this.master(inputs);

    const { timeoutSeconds } = call ?? {};
    const output = await runCommand({ host: hostOf(inputs), command, stdin: textOf(inputs["stdin"]), timeoutSeconds }, place);
    const told = toldOf(inputs, output);
    if (told) call?.log(told);

    return output;
  }

  private localPlace(inputs: PropertyMap): LocalPlace {
    const interpreter = textsOf(inputs["interpreter"]);

    return { folder: resolve(this.projectFolder), interpreter: interpreter.length > 0 ? interpreter : SHELL };
  }

  private master(inputs: PropertyMap): SshMaster {
    const connection = parseConnection(inputs["connection"]);
    const key = JSON.stringify(connection);
    const master = this.masters.get(key) ?? new SshMaster(connection);
    this.masters.set(key, master);

    return master;
  }
}

/** @throws ProviderError for a type of the package that this engine does not have */
function fieldsOf(resource: ResourceIdentity): Fields {
  const fields = FIELDS[resource.type];
  if (fields !== undefined) return fields;

  throw new ProviderError(
    `${resource.urn}: the embedded engine does not know the type: \`${resource.type}\`\nhelp: run with \`--engine pulumi\``,
  );
}

/** A connection with the secrets that the real provider marks inside it: a state without them would be a change to the real CLI. */
function markKeys({ privateKey, proxy, ...rest }: PropertyMap): PropertyMap {
  return {
    ...rest,
    ...(privateKey !== undefined && { privateKey: typeof privateKey === "string" ? new Secret(privateKey) : privateKey }),
    ...(proxy !== undefined && { proxy: isMap(proxy) ? markKeys(proxy) : proxy }),
  };
}

/** What the resource's `logging` has people see; where the program does not say, both, as the real provider. */
function toldOf(inputs: PropertyMap, { stdout, stderr }: CommandOutput): string {
  const logging = textOf(inputs["logging"]) ?? "stdoutAndStderr";
  const parts = [/^stdout/.test(logging) ? stdout : "", /stderr$/i.test(logging) ? stderr : ""];

  return parts.filter(Boolean).join("\n");
}
