import { BadInputError } from "../plan/problems/errors";
import { parseStateJson } from "./deployment-form";
import type { ResourceJson } from "./deployment-json";
import { EngineError, PassphraseError } from "./engine-error";
import { type PropertyMap, type PropertyValue, Secret, UNKNOWN, Unknown } from "./property-value";
import { isList, isMap, type JsonMap, type JsonValue, makeSecret, SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN_TEXT } from "./property-values";
import type { ResourceRecord } from "./resource-record";
import type { SecretBox } from "./secrets";

const BACKUP = "the state before the last write is beside it as `.bak`";

/**
 * Translates between records and the state's JSON. What was read and not changed is written back as it stood, unknown fields and ciphertexts
 * included, so that a run without changes leaves the same file.
 */
export class StateCodec {
  private readonly jsonOf = new WeakMap<ResourceRecord, ResourceJson>();
  private readonly ciphertextOf = new WeakMap<Secret, string>();

  /** @param isSealed nobody wants to know what is secret: its place is read and its value is not, which needs no passphrase. Such records are not written. */
  constructor(
    private readonly box: SecretBox | undefined,
    private readonly isSealed = false,
  ) {}

  decode(json: ResourceJson): ResourceRecord {
    if (json.external === true) throw unknownInState("resources that were only read (`external`)", json.urn);
    if (json.deletedWith) throw unknownInState("the resource option `deletedWith`", json.urn);
    const record: ResourceRecord = {
      urn: json.urn,
      type: json.type,
      custom: json.custom,
      id: json.id ?? "",
      inputs: this.decodeMap(json.inputs ?? {}),
      outputs: this.decodeMap(json.outputs ?? {}),
      parent: json.parent ?? "",
      provider: json.provider ?? "",
      dependencies: json.dependencies ?? [],
      propertyDependencies: json.propertyDependencies ?? {},
      additionalSecretOutputs: json.additionalSecretOutputs ?? [],
      aliases: json.aliases ?? [],
      ignoreChanges: json.ignoreChanges ?? [],
      replaceOnChanges: json.replaceOnChanges ?? [],
      hideDiffs: json.hideDiff ?? [],
      protect: json.protect ?? false,
      retainOnDelete: json.retainOnDelete ?? false,
      customTimeouts: json.customTimeouts,
      isCondemned: json.delete ?? false,
      isPendingReplacement: json.pendingReplacement ?? false,
      created: json.created ?? "",
      modified: json.modified ?? "",
    };
    this.jsonOf.set(record, json);
    return record;
  }

  encode(record: ResourceRecord): ResourceJson {
    const known = this.jsonOf.get(record);
    if (known !== undefined) return known;
    const json: ResourceJson = {
      urn: record.urn,
      custom: record.custom,
      ...(record.isCondemned ? { delete: true } : {}),
      ...ifFilled("id", record.id),
      type: record.type,
      ...ifFilled("inputs", this.encodeMap(record.inputs)),
      ...ifFilled("outputs", this.encodeMap(record.outputs)),
      ...ifFilled("parent", record.parent),
      ...(record.protect ? { protect: true } : {}),
      ...ifFilled("dependencies", record.dependencies),
      ...ifFilled("provider", record.provider),
      ...ifFilled("propertyDependencies", sortKeys(record.propertyDependencies)),
      ...(record.isPendingReplacement ? { pendingReplacement: true } : {}),
      ...ifFilled("additionalSecretOutputs", record.additionalSecretOutputs),
      ...ifFilled("aliases", record.aliases),
      ...(record.customTimeouts === undefined ? {} : { customTimeouts: record.customTimeouts }),
      ...(record.retainOnDelete ? { retainOnDelete: true } : {}),
      ...ifFilled("created", record.created),
      ...ifFilled("modified", record.modified),
      ...ifFilled("ignoreChanges", record.ignoreChanges),
      ...ifFilled("hideDiff", record.hideDiffs),
      ...ifFilled("replaceOnChanges", record.replaceOnChanges),
    };
    this.jsonOf.set(record, json);
    return json;
  }

  private decodeMap(map: JsonMap, isInSecret = false): PropertyMap {
    return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, this.decodeValue(value, isInSecret)]));
  }

  private decodeValue(value: JsonValue, isInSecret: boolean): PropertyValue {
    if (value === UNKNOWN_TEXT) return UNKNOWN;
    if (value === null || typeof value !== "object") return value;
    if (Array.isArray(value)) return value.map((item: JsonValue) => this.decodeValue(item, isInSecret));
    const map = value as JsonMap;
    return map[SIGNATURE_KEY] === SECRET_SIGNATURE ? this.decodeSecret(map, isInSecret) : this.decodeMap(map, isInSecret);
  }

  private decodeSecret({ ciphertext, plaintext }: JsonMap, isInSecret: boolean): Secret {
    if (this.isSealed) return makeSecret(null);
    const open = (text: string) => makeSecret(this.decodeValue(parseStateJson("state: a secret", text, BACKUP) as JsonValue, true));
    if (typeof plaintext === "string") return open(plaintext);
    if (typeof ciphertext !== "string") throw BadInputError.of("state", "a secret has neither `ciphertext` nor `plaintext`", BACKUP);
    if (isInSecret) return open(ciphertext);
    const secret = open(this.requireBox().decrypt(ciphertext));
    this.ciphertextOf.set(secret, ciphertext);
    return secret;
  }

  private encodeMap(map: PropertyMap, isInSecret = false): JsonMap {
    const keys = Object.keys(map).sort();
    return Object.fromEntries(keys.map((key) => [key, this.encodeValue(map[key] ?? null, isInSecret)]));
  }

  private encodeValue(value: PropertyValue, isInSecret: boolean): JsonValue {
    if (value instanceof Secret) return { [SIGNATURE_KEY]: SECRET_SIGNATURE, ciphertext: this.encodeSecret(value, isInSecret) };
    if (value instanceof Unknown) return UNKNOWN_TEXT;
    if (isList(value)) return value.map((item) => this.encodeValue(item, isInSecret));
    return isMap(value) ? this.encodeMap(value, isInSecret) : value;
  }

  /** A secret inside another is only marked: the outer one's encryption covers it, and the real CLI expects no second one. */
  private encodeSecret(secret: Secret, isInSecret: boolean): string {
    const text = () => JSON.stringify(this.encodeValue(secret.value, true));
    if (isInSecret) return text();
    const ciphertext = this.ciphertextOf.get(secret) ?? this.requireBox().encrypt(text());
    this.ciphertextOf.set(secret, ciphertext);
    return ciphertext;
  }

  private requireBox(): SecretBox {
    if (this.box === undefined) {
      throw PassphraseError.missing(true);
    }
    return this.box;
  }
}

function unknownInState(what: string, urn: string): EngineError {
  return new EngineError(`state: the embedded engine does not know ${what}: \`${urn}\``);
}

/** Go's `omitempty`: empty texts, lists and maps are left out. */
function ifFilled<K extends string, V extends string | object>(key: K, value: V): { readonly [P in K]?: V } {
  const size = typeof value === "string" ? value.length : Object.keys(value).length;
  return (size === 0 ? {} : { [key]: value }) as { readonly [P in K]?: V };
}

function sortKeys<V>(map: Readonly<Record<string, V>>): Readonly<Record<string, V>> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
