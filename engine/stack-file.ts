import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Document, isMap, isScalar, isSeq, type Node, parse, parseDocument } from "yaml";
import { writeFileAtomically } from "./atomic-file";
import { EngineError } from "./engine-error";
import { createSecretBox, openSecretBox, type SecretBox } from "./secrets";

/** One value as the program reads it (objects and lists are JSON text), and whether any part of it was encrypted. */
export interface ConfigValue {
  readonly value: string;
  readonly isSecret: boolean;
}

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
  ) {}

  /** A file that does not exist is an empty one. @throws EngineError for a file that is no YAML map. */
  static async read(folder: string, project: string, stack: string): Promise<StackFile> {
    const path = join(folder, `Pulumi.${stack}.yaml`);
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      if (cause.code === "ENOENT") return "";
      throw new EngineError(`${path}: cannot be read`, { cause });
    });
    const document: Document = parseDocument(text);
    const problem = document.errors[0];
    if (problem !== undefined) throw new EngineError(`${path}: is not YAML: ${problem.message}`);
    if (document.contents !== null && !isMap(document.contents)) throw new EngineError(`${path}: is not a map of settings`);
    return new StackFile(path, project, document, parseDocument(text, { schema: "failsafe" }));
  }

  /** `encryptionsalt`, or undefined for a stack without secrets so far. */
  get saltState(): string | undefined {
    const salt = this.document.get("encryptionsalt");
    return typeof salt === "string" ? salt : undefined;
  }

  /** All values, decrypted. @throws EngineError for a secret when `openBox` cannot open it. */
  async config(openBox: () => Promise<SecretBox>): Promise<StackConfig> {
    const node = this.document.get("config", true);
    if (node === undefined || node === null) return {};
    if (!isMap(node)) {
      if (isScalar(node) && node.value === null) return {};
      throw new EngineError(`${this.path}: config: is not a map of keys to values`);
    }
    const result: Record<string, ConfigValue> = {};
    for (const { key, value } of node.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      result[this.fullKey(name)] = await readValue(value as Node | null, openBox);
    }
    return result;
  }

  /** Sets one key to a text, encrypted when a passphrase is given; the salt is made at the first secret. */
  async set(key: string, value: string, passphrase: string | undefined): Promise<void> {
    if (passphrase !== undefined) return this.setSecrets({ [key]: value }, passphrase);
    this.setValue(["config", this.fullKey(key)], value);
    await this.write();
  }

  /** Sets several secrets by one writing, so that no reader sees some of them; undefined takes a key out. */
  async setSecrets(values: Readonly<Record<string, string | undefined>>, passphrase: string): Promise<void> {
    const box = this.saltState === undefined ? await createSecretBox(passphrase) : await openSecretBox(passphrase, this.saltState);
    if (this.saltState === undefined) this.setValue(["encryptionsalt"], box.saltState);
    for (const [key, value] of Object.entries(values)) {
      const path = ["config", this.fullKey(key)];
      if (value !== undefined) this.setValue(path, { secure: box.encrypt(value) });
      else for (const document of [this.document, this.source]) document.deleteIn(path);
    }
    await this.write();
  }

  /**
   * Sets one value inside a key that is a map, or that is not there yet: `setInside("images", ["digests", "ldms-ui"], "sha256:…")`.
   *
   * @throws EngineError where the key is a text or a list
   */
  async setInside(key: string, inner: readonly string[], value: string): Promise<void> {
    const path = ["config", this.fullKey(key)];
    const node = this.document.getIn(path, true);
    if (node !== undefined && !isMap(node))
      throw new EngineError(`${this.path}: ${this.fullKey(key)}: is not a map: nothing can be set inside`);
    this.setValue([...path, ...inner], value);
    await this.write();
  }

  private write(): Promise<void> {
    return writeFileAtomically(this.path, this.source.toString({ lineWidth: 0 }));
  }

  private setValue(path: readonly string[], value: string | { readonly secure: string }): void {
    this.document.setIn(path, this.document.createNode(value));
    const node = this.source.createNode(value);
    if (isScalar(node) && !isPlainText(value)) node.type = "QUOTE_DOUBLE";
    const before = this.source.getIn(path, true);
    if (isScalar(before) && typeof before.comment === "string") node.comment = before.comment;
    this.source.setIn(path, node);
  }

  /** A key without a namespace belongs to the project. */
  fullKey(key: string): string {
    return key.includes(":") ? key : `${this.project}:${key}`;
  }
}

/** False for what would be read as a number, a truth value, nothing, or not at all without quotes. */
function isPlainText(value: unknown): boolean {
  try {
    return parse(String(value)) === value;
  } catch {
    return false;
  }
}

async function readValue(node: Node | null, openBox: () => Promise<SecretBox>): Promise<ConfigValue> {
  if (isScalar(node)) return { value: String(node.value ?? ""), isSecret: false };
  const plain: unknown = isMap(node) || isSeq(node) ? node.toJSON() : null;
  const secure = secureText(plain);
  if (secure !== undefined) return { value: (await openBox()).decrypt(secure), isSecret: true };
  const found = { isSecret: false };
  const value = plain === null ? "" : JSON.stringify(await decryptInside(plain, openBox, found));
  return { value, isSecret: found.isSecret };
}

async function decryptInside(value: unknown, openBox: () => Promise<SecretBox>, found: { isSecret: boolean }): Promise<unknown> {
  const secure = secureText(value);
  if (secure !== undefined) {
    found.isSecret = true;
    return (await openBox()).decrypt(secure);
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => decryptInside(item, openBox, found)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await decryptInside(item, openBox, found)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

/** The ciphertext of `{ secure: … }`. */
function secureText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("secure" in value)) return undefined;
  return Object.keys(value).length === 1 && typeof value.secure === "string" ? value.secure : undefined;
}
