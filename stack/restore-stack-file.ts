import { type Document, isMap, parseDocument } from "yaml";
import { BadInputError } from "../plan/problems/errors";
import { hasSecureText, isValues, type Values } from "./config-value";

export interface RestoredStackFile {
  readonly text: string;
  /** Keys whose encrypted values are those of today. */
  readonly secretsOfToday: readonly string[];
}

/** What says by which key values are encrypted. */
const SECRET_KEYS = ["secretsprovider", "encryptedkey", "encryptionsalt"];

/**
 * An earlier text of a stack file, with the secrets of today: a munge key that was rotated does not come back. Comments stay.
 * @param digests by image, what the hosts got then: `{ "ldms-samp": "sha256:…" }`
 * @throws BadInputError for a secret of then that is not set today and cannot be opened any more
 */
export function restoreStackFile(
  place: { readonly project: string; readonly stack: string },
  then: string,
  today: string,
  digests: Readonly<Record<string, string>>,
): RestoredStackFile {
  const [document, now] = [read(then), (read(today).toJS() ?? {}) as Values];
  const was = (document.toJS() ?? {}) as Values;
  const secrets = findSecrets(place.project, was, now);
  const isSameKey = SECRET_KEYS.every((key) => was[key] === now[key]);
  if (!isSameKey) assertAllSet(place.stack, place.project, was, secrets);
  let isChanged = false;
  const set = (path: readonly string[], value: unknown) => {
    if (JSON.stringify(valueAt(document.toJS() as Values, path)) === JSON.stringify(value)) return;
    isChanged = true;
    if (value === undefined) document.deleteIn(path);
    else document.setIn(path, document.createNode(value));
  };
  for (const key of SECRET_KEYS) set([key], now[key]);
  for (const { path, value } of secrets) set(path, value);
  for (const [image, digest] of Object.entries(digests)) set([...pathOfImages(place.project, was), "digests", image], digest);
  return {
    text: isChanged ? document.toString({ lineWidth: 0 }) : then,
    secretsOfToday: secrets.map(({ path }) => path.slice(1).join(".")),
  };
}

interface FoundSecret {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Every scalar a text as it stands: so it is written back. */
function read(text: string): Document {
  const document = parseDocument(text, { schema: "failsafe" });
  if (!isMap(document.get("config", true))) document.set("config", document.createNode({}));
  return document;
}

/** Today's whole secrets, and of those inside of settings the ones that the settings of then have, too. */
function findSecrets(project: string, was: Values, now: Values): FoundSecret[] {
  const [before, today] = [configOf(was), configOf(now)];
  const nameThen = (key: string) => Object.keys(before).find((name) => fullKey(project, name) === fullKey(project, key)) ?? key;
  return Object.entries(today).flatMap(([key, value]) => {
    const name = nameThen(key);
    const inside = securePaths(value).filter((path) => path.length === 0 || hasSecureText(valueAt(before[name], path)));
    return inside.map((path) => ({ path: ["config", name, ...path], value: valueAt(value, path) }));
  });
}

/** Under another key of encryption nothing of then can be read any more. */
function assertAllSet(stack: string, project: string, was: Values, secrets: readonly FoundSecret[]): void {
  const known = new Set(secrets.map(({ path }) => path.join("\n")));
  for (const [key, value] of Object.entries(configOf(was))) {
    const lost = securePaths(value).find((path) => !known.has(["config", key, ...path].join("\n")));
    if (lost === undefined) continue;
    const name = fullKey(project, key);
    throw BadInputError.of(
      name,
      "is a secret of that run, is not set today, and was encrypted with another passphrase",
      `ldms config set --secret ${name} -s ${stack} < FILE`,
    );
  }
}

/** Where inside of a value something is encrypted; empty: the value itself. */
function securePaths(value: unknown): (readonly string[])[] {
  if (isValues(value) && Object.keys(value).join() === "secure") return [[]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => securePaths(inner).map((path) => [key, ...path]));
}

function configOf(content: Values): Values {
  const { config } = content;
  return isValues(config) ? config : {};
}

function pathOfImages(project: string, was: Values): readonly string[] {
  const key = `${project}:images`;
  return ["config", Object.keys(configOf(was)).find((name) => fullKey(project, name) === key) ?? key];
}

function fullKey(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null ? (at as Readonly<Record<string, unknown>>)[key] : undefined),
    value,
  );
}
