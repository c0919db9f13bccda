import { join } from "node:path";
import { type Document, isAlias, isMap, isScalar, parseDocument, visit } from "yaml";
import { BadInputError } from "../plan/problems/errors";
import { isPlainText } from "../plan/yaml/plain-text";
import { writeFileAtomically } from "./atomic-file";
import { type ConfigValue, hasSecureText, isValues, readValue, type Values } from "./config-value";
import { createSecretBox, openSecretBox, type SecretBox } from "./secrets";
import { parseYamlFile, readTextFile } from "./text-file";

/** By full key: `ldms:hosts`. */
export type StackConfig = Readonly<Record<string, ConfigValue>>;

/** Pulumi.STACK.yaml, kept as a document so that comments and order survive a change. */
export class StackFile {
  private constructor(
    readonly path: string,
    readonly project: string,
    private readonly document: Document,
    /** The same text with every scalar a text as it stands: what is written back, so that `1.50` does not become `1.5`. */
    private readonly source: Document,
    /** Aliases and merge keys resolved. */
    private content: Values,
  ) {}

  /** A file that does not exist is an empty one. @throws BadInputError for a file that is no YAML map */
  static async read(folder: string, project: string, stack: string): Promise<StackFile> {
    const path = join(folder, `Pulumi.${stack}.yaml`);
    return StackFile.parse(path, project, (await readTextFile(path)) ?? "");
  }

  /** The same of a text that is not there, or not yet. @throws BadInputError for one that is no YAML map */
  static parse(path: string, project: string, text: string): StackFile {
    const { document, value } = parseYamlFile(path, text);
    const content = value ?? {};
    if (!isValues(content)) throw BadInputError.of(path, "is not a map of settings", "begin it with `config:`");
    if (!isValues(content["config"] ?? {}))
      throw BadInputError.of(path, "config: is not a map of keys to values", "write `config:`, and below it a key a line");
    if (typeof (content["encryptionsalt"] ?? "") !== "string")
      throw BadInputError.of(path, "encryptionsalt: is not a text", "take the line from an older version of the file");
    return new StackFile(path, project, document, parseDocument(text, { schema: "failsafe" }), content);
  }

  /** `encryptionsalt`, or undefined for a stack without secrets so far. */
  get saltState(): string | undefined {
    return (this.content["encryptionsalt"] as string | null | undefined) ?? undefined;
  }

  /** False: `pulumi` encrypts with another provider, such as a cloud's. */
  get isUnderPassphrase(): boolean {
    const provider = this.content["secretsprovider"] ?? "passphrase";
    return provider === "passphrase" || provider === "default";
  }

  /** All values, decrypted. @throws BadInputError for a secret when `openBox` cannot open it, and for a key that is there twice */
  async config(openBox: () => Promise<SecretBox>): Promise<StackConfig> {
    const result = new Map<string, ConfigValue>();
    for (const [name, value] of Object.entries(this.values)) {
      const key = this.fullKey(name);
      if (result.has(key))
        throw BadInputError.of(this.path, `${key}: is there with and without its \`${this.project}:\``, "keep one of the two");
      result.set(key, await readValue(value, openBox));
    }
    return Object.fromEntries(result);
  }

  /** Whether the key's value is encrypted, or a part of it. */
  isEncrypted(key: string): boolean {
    return Object.entries(this.values).some(([name, value]) => this.fullKey(name) === this.fullKey(key) && hasSecureText(value));
  }

  private get values(): Values {
    return (this.content["config"] ?? {}) as Values;
  }

  /** Sets one key to a text, encrypted when a passphrase is given; the salt is made at the first secret. */
  async set(key: string, value: string, passphrase: string | undefined): Promise<void> {
    if (passphrase !== undefined) return this.setSecrets({ [key]: value }, passphrase);
    await this.change(() => this.setValue(this.pathOf(key), value));
  }

  /** Sets several secrets by one writing, so that no reader sees some of them; undefined takes a key out. */
  async setSecrets(values: Readonly<Record<string, string | undefined>>, passphrase: string): Promise<void> {
    const { saltState } = this;
    if (!this.isUnderPassphrase)
      throw BadInputError.of(this.path, "secretsprovider: ldms encrypts with a passphrase only", "use `pulumi config set --secret`");
    const box = saltState === undefined ? await createSecretBox(passphrase) : await openSecretBox(passphrase, saltState);
    await this.change(() => {
      if (saltState === undefined) this.setValue(["encryptionsalt"], box.saltState);
      for (const [key, value] of Object.entries(values)) {
        const path = this.pathOf(key);
        if (value !== undefined) this.setValue(path, { secure: box.encrypt(value) });
        else for (const document of [this.document, this.source]) document.deleteIn(path);
      }
    });
  }

  /**
   * Sets one value inside a key that is a map, or that is not there yet: `setInside("images", ["digests", "ldms-ui"], "sha256:…")`.
   *
   * @throws BadInputError where the key is a text or a list
   */
  async setInside(key: string, inner: readonly string[], value: string): Promise<void> {
    const path = this.pathOf(key);
    await this.change(() => {
      const node = this.document.getIn(path, true);
      if (node !== undefined && !isMap(node))
        throw BadInputError.of(this.path, `${this.fullKey(key)}: is not a map: nothing can be set inside`, "make it a map, key by key");
      this.setValue([...path, ...inner], value);
    });
  }

  /** @throws BadInputError for a file with aliases or merge keys: what stands for several places cannot be changed at one of them */
  private async change(edit: () => void): Promise<void> {
    visit(this.document, (_, node) => {
      if (!isAlias(node) && !(isScalar(node) && typeof node.value === "symbol")) return;
      const what = isAlias(node) ? `the alias \`*${node.source}\`` : "a merge key, `<<`";
      throw BadInputError.of(
        this.path,
        `has ${what}: ldms writes to no such file`,
        "write out what it stands for, or change the file by hand",
      );
    });
    edit();
    this.content = this.document.toJS() as Values;
    await writeFileAtomically(this.path, this.source.toString({ lineWidth: 0 }));
  }

  private setValue(path: readonly string[], value: string | { readonly secure: string }): void {
    for (const document of [this.document, this.source]) {
      if (path.length > 1 && !isMap(document.get("config", true))) document.set("config", document.createNode({}));
    }
    this.document.setIn(path, this.document.createNode(value));
    const node = this.source.createNode(value);
    if (isScalar(node) && !isPlainText(value)) node.type = "QUOTE_DOUBLE";
    const before = this.source.getIn(path, true);
    if (isScalar(before) && typeof before.comment === "string") node.comment = before.comment;
    this.source.setIn(path, node);
  }

  /** A file may have the project's own keys without its name. */
  private pathOf(key: string): readonly string[] {
    const full = this.fullKey(key);
    return ["config", Object.keys(this.values).find((name) => this.fullKey(name) === full) ?? full];
  }

  /** A key without a namespace belongs to the project. */
  fullKey(key: string): string {
    return key.includes(":") ? key : `${this.project}:${key}`;
  }
}
