import { createHash, createHmac } from "node:crypto";
import { groupBy } from "../text/group-by";

/** A host key as `ssh-keyscan` prints it. Shape: `{ name: "[login]:2222", type: "ssh-ed25519", key: "AAAA…" }`. */
export interface HostKey {
  /** As a known_hosts file names it. */
  readonly name: string;
  readonly type: string;
  /** base64 */
  readonly key: string;
}

/** The name of a host in a known_hosts file: `198.18.0.11`, with another port than 22 `[198.18.0.11]:2222`. */
export function knownName({ address, port }: { readonly address: string; readonly port: number }): string {
  return port === 22 ? address : `[${address}]:${port}`;
}

/** `SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU`, as ssh shows it. */
export function fingerprintOf(key: string): string {
  return `SHA256:${createHash("sha256").update(Buffer.from(key, "base64")).digest("base64").replace(/=+$/, "")}`;
}

/** `ed25519`, `ecdsa`, `rsa`: as ssh calls it to people. */
export function keyKind(type: string): string {
  return type.replace(/^ssh-/, "").replace(/^ecdsa-.*/, "ecdsa");
}

/** `ed25519 SHA256:…, rsa SHA256:…` */
export function describeKeys(keys: readonly HostKey[]): string {
  return keys.map(({ type, key }) => `${keyKind(type)} ${fingerprintOf(key)}`).join(", ");
}

/** Types that a scan asks for; with those of certificates and of security keys it would be another line. */
const SCANNED_TYPE = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521))$/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * The keys that one scan gave, by the names that were asked for in it. What else a login node says, of hosts that it was not asked for or that are
 * no keys, is passed over like comments and banners.
 *
 * @param text what `ssh-keyscan` printed
 */
export function parseScan(text: string, asked: ReadonlySet<string>): HostKey[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", type = "", key = ""] = line.trim().split(/\s+/);
    return asked.has(name) && SCANNED_TYPE.test(type) && BASE64.test(key) ? [{ name, type, key }] : [];
  });
}

interface KnownLine {
  readonly text: string;
  /** Absent for comments, markers (`@revoked`) and what is none. */
  readonly entry?: { readonly names: readonly string[]; readonly type: string; readonly key: string };
}

function parseLine(text: string): KnownLine {
  const [names = "", type, key] = text.trim().split(/\s+/);
  return !type || !key || /^[#@]/.test(names) ? { text } : { text, entry: { names: names.split(","), type, key } };
}

function linesOf(knownHosts: string): KnownLine[] {
  const lines = knownHosts.split("\n").map(parseLine);
  return lines.at(-1)?.text === "" ? lines.slice(0, -1) : lines;
}

const HASHED = "|1|";
const isHashed = (pattern: string) => pattern.startsWith(HASHED);

/** A name as it stands, or hashed by ssh's `HashKnownHosts`: `|1|SALT|HASH`. Patterns are passed over. */
function isNamed(pattern: string, name: string): boolean {
  if (!isHashed(pattern)) return pattern === name;
  const [, , salt = "", hash] = pattern.split("|");
  return createHmac("sha1", Buffer.from(salt, "base64")).update(name).digest("base64") === hash;
}

/** The keys that a known_hosts file has of a host, by the host's name in it. The file is read once, for as many hosts as it has. */
export function indexKnownHosts(knownHosts: string): (name: string) => HostKey[] {
  const entries = linesOf(knownHosts).flatMap(({ entry }) => entry ?? []);
  const named = groupBy(
    entries.flatMap((entry) => entry.names.map((pattern) => ({ pattern, entry }))),
    ({ pattern }) => (isHashed(pattern) ? HASHED : pattern),
  );
  return (name) => {
    const hashed = (named.get(HASHED) ?? []).filter(({ pattern }) => isNamed(pattern, name));
    const found = new Set([...(named.get(name) ?? []), ...hashed].map(({ entry }) => entry));
    return [...found].map(({ type, key }) => ({ name, type, key }));
  };
}

/** The keys that a known_hosts file has of one host. */
export function knownKeys(knownHosts: string, name: string): HostKey[] {
  return indexKnownHosts(knownHosts)(name);
}

/** The file with these hosts' keys in place of those that it had of them; all other lines stay. */
export function trustKeys(knownHosts: string, keys: readonly HostKey[]): string {
  const trusted = new Set(keys.map(({ name }) => name));
  const isTrusted = (pattern: string) => (isHashed(pattern) ? [...trusted].some((name) => isNamed(pattern, name)) : trusted.has(pattern));
  const kept = linesOf(knownHosts).flatMap(({ text, entry }) => {
    const names = entry?.names.filter((pattern) => !isTrusted(pattern));
    if (!entry || !names || names.length === entry.names.length) return [text];
    return names.length === 0 ? [] : [`${names.join(",")} ${entry.type} ${entry.key}`];
  });
  const added = keys.map(({ name, type, key }) => `${name} ${type} ${key}`);
  return [...kept, ...added].map((line) => `${line}\n`).join("");
}
