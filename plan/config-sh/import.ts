import { PREFIX } from "../builds/build-script";
import { SOURCE_NAMES, type SourceName } from "../model/source-names";
import { ConfigError, type ConfigProblem } from "../problems/errors";
import { readConfigSh, type ShellVariable } from "./read";
import { type ShellText, splitWords } from "./shell-words";

/** The stack's `images` that an upstream config.sh comes to. */
export interface ImportedConfig {
  /** `{ source: "build", ovis: "ovis", sources: { ovis: { repo, branch, options } } }` */
  readonly images: Readonly<Record<string, unknown>>;
  /** Variables that have no key here: `BUILD_CONT (line 40): no container has a fixed name`. */
  readonly notes: readonly string[];
}

/** Without them upstream's own script cannot run; the others it leaves out. */
const REQUIRED: readonly SourceName[] = ["maestro", "sos", "ovis"];

const WITHOUT_KEY: readonly (readonly [RegExp, string])[] = [
  [/BUILD_CONT$/, "no container has a fixed name"],
  [/BUILD_IMG$/, "ldms-dev is built by the stack"],
  [/^PREFIX(_UI)?$/, "is always this"],
  [/^(MANIFEST_|PUSH_SIGN_LIST$|DOCKER_CONTENT_TRUST)/, "manifests and signatures are made elsewhere"],
];

/**
 * @param file for messages: `config.sh`
 * @throws ConfigError with every line that cannot be read without executing it, where it matters
 */
export function importConfigSh(file: string, text: string): ImportedConfig {
  const { variables, problems } = readConfigSh(text);
  const reader = new VariableReader(variables);
  const images = {
    source: "build",
    ...reader.optional("tag", "BUILD_TAG"),
    ...reader.scalarKey("ovis", "OVIS"),
    ...reader.scalarKey("dsosds", "DSOSDS"),
    sources: Object.fromEntries(SOURCE_NAMES.map((name) => [name, reader.source(name)])),
  };
  reader.mustBe("PREFIX", PREFIX);
  reader.mustBe("PREFIX_UI", `${PREFIX}/ui`);
  reader.mustBe("MAKE_INSTALL", "make install");
  const all = [...problems.map(({ line, message }) => ({ path: `line ${line}`, message })), ...reader.problems];
  if (all.length) throw new ConfigError(file, all);
  return { images, notes: [...reader.notes, ...reader.leftOver()] };
}

class VariableReader {
  readonly problems: ConfigProblem[] = [];
  readonly notes: string[] = [];
  private readonly used = new Set<string>();

  constructor(private readonly variables: ReadonlyMap<string, ShellVariable>) {}

  source(name: SourceName): Readonly<Record<string, unknown>> {
    const prefix = name.replace("-", "").toUpperCase();
    const repo = this.text(`${prefix}_REPO`) ?? "";
    if (repo === "" && REQUIRED.includes(name)) {
      const at = this.variables.get(`${prefix}_REPO`);
      this.problems.push({ path: at ? `line ${at.line}` : "end", message: `\`${prefix}_REPO\` names no repository` });
    }
    const branch = this.text(`${prefix}_BRANCH`);
    const options = this.options(`${prefix}_OPTIONS`);
    if (repo === "") return { repo };
    return { repo, ...(branch && { branch }), ...(options && { options }) };
  }

  scalarKey(key: string, name: string): Readonly<Record<string, string>> {
    const text = this.text(name);
    return text ? { [key]: text } : {};
  }

  /** Something to choose by hand where a shell would be needed. */
  optional(key: string, name: string): Readonly<Record<string, string>> {
    const unknown = this.variables.get(name)?.words.find((word) => word.unknown !== undefined)?.unknown;
    if (unknown === undefined) return this.scalarKey(key, name);
    this.used.add(name);
    this.notes.push(`${name} (line ${this.variables.get(name)!.line}) depends on ${unknown}: set \`${key}\` by hand`);
    return {};
  }

  mustBe(name: string, wanted: string): void {
    const text = this.text(name);
    if (text === undefined || text === wanted) return;
    this.problems.push({ path: `line ${this.variables.get(name)!.line}`, message: `\`${name}\` can only be \`${wanted}\`: \`${text}\`` });
  }

  leftOver(): readonly string[] {
    return [...this.variables].flatMap(([name, { line }]) => {
      if (this.used.has(name)) return [];
      const [, why = "has no key here"] = WITHOUT_KEY.find(([pattern]) => pattern.test(name)) ?? [];
      return [`${name} (line ${line}): ${why}`];
    });
  }

  private text(name: string): string | undefined {
    const variable = this.take(name);
    // Of an array, bash gives the first.
    return variable === undefined ? undefined : this.known(name, variable, variable.words[0] ?? { text: "" });
  }

  /** Upstream's script hands the array to a shell once more, which takes the inner quotes away. */
  private options(name: string): readonly string[] | undefined {
    const variable = this.take(name);
    if (variable === undefined) return undefined;
    const text = variable.words.map((word) => this.known(name, variable, word)).join(" ");
    return splitWords(text, (inner) => ({ text: "", unknown: `\`${inner}\`` })).map((word) => this.known(name, variable, word));
  }

  private take(name: string): ShellVariable | undefined {
    this.used.add(name);
    return this.variables.get(name);
  }

  private known(name: string, { line }: ShellVariable, { text, unknown }: ShellText): string {
    if (unknown !== undefined) this.problems.push({ path: `line ${line}`, message: `\`${name}\` depends on ${unknown}` });
    return text;
  }
}
