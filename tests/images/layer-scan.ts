import { spawn } from "node:child_process";
import { buffer } from "node:stream/consumers";
import { extract, type Extract as TarExtract } from "tar-stream";

type Entry = TarExtract extends AsyncIterable<infer E> ? E : never;

interface LayerFile {
  /** `etc/munge/munge.key` */
  readonly path: string;
  readonly content: Buffer;
}

interface Rule {
  readonly what: string;
  readonly finds: (file: LayerFile) => boolean;
}

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n(?:[A-Za-z-]+: .*\r?\n)*\r?\n?[A-Za-z0-9+/=]{40}/;
/** `root:*:19000:…` and `root:!:…` have no password. */
const PASSWORD = /^[^:]+:(?![*!])[^:]+:/m;
const isZeros = (content: Buffer) => content.length >= 32 && content.every((byte) => byte === 0);

const RULES: readonly Rule[] = [
  // Programs have the first line among their texts; a key has a second. GnuTLS has the keys of its self-tests, the same everywhere.
  {
    what: "a private key",
    finds: ({ path, content }) =>
      content.includes("PRIVATE KEY-----") && PRIVATE_KEY.test(content.toString("latin1")) && !/\/libgnutls\.so\.[0-9.]+$/.test(path),
  },
  { what: "an ssh host key", finds: ({ path }) => /(^|\/)ssh_host_[^/]*key/.test(path) },
  { what: "a user's ssh file", finds: ({ path }) => /(^|\/)\.ssh\//.test(path) },
  { what: "a munge key", finds: ({ path }) => /(^|\/)munge\.key/.test(path) },
  // A key by another name: upstream's is 4096 zeros. Logs of logins are as empty by nature.
  { what: "a file of zeros", finds: ({ path, content }) => !path.startsWith("var/log/") && isZeros(content) },
  {
    what: "a machine's id",
    finds: ({ path, content }) => /(^|\/)machine-id$/.test(path) && !/^(uninitialized)?\s*$/.test(content.toString("latin1")),
  },
  { what: "a seed of random numbers", finds: ({ path }) => /random-seed$/.test(path) },
  { what: "a password", finds: ({ path, content }) => /^etc\/g?shadow-?$/.test(path) && PASSWORD.test(content.toString("latin1")) },
  {
    what: "a client's credentials",
    finds: ({ path }) => /(^|\/)(\.netrc|\.git-credentials|\.docker\/config\.json|krb5\.keytab)$/.test(path),
  },
  { what: "a history of commands", finds: ({ path }) => /(^|\/)\.(bash|python|node_repl)_history$/.test(path) },
  { what: "a cache of apt", finds: ({ path }) => /^var\/(lib\/apt\/lists\/.*_|cache\/apt\/.*\.(bin|deb)$)/.test(path) },
  { what: "a cache of pip, npm or a user", finds: ({ path }) => /(^|\/)(\.cache|\.npm)\//.test(path) },
];

/**
 * What no layer of the images may have, as `PATH: what`, sorted; files that a later layer deletes are still in theirs.
 * Layers that images share are read once. A compiled Python file without its source is a finding too.
 */
export async function scanLayers(tags: readonly string[]): Promise<readonly string[]> {
  const findings = new Set<string>();
  const [sources, compiled] = [new Set<string>(), new Set<string>()];
  let layers = 0;
  await forEachLayer(tags, async (layer) => {
    layers++;
    for await (const entry of layer.pipe(extract())) {
      const path = entry.header.name.replace(/^\.?\//, "");
      const file = { path, content: await buffer(entry) };
      if (path.endsWith(".py")) sources.add(path);
      if (entry.header.type !== "file") continue;
      for (const { what, finds } of RULES) if (finds(file)) findings.add(`${path}: ${what}`);
      if (path.endsWith(".pyc")) compiled.add(path);
    }
  });
  if (layers === 0) throw new Error(`docker save gave no layer of ${tags.join(" ")}`);
  for (const path of compiled) if (!sources.has(sourceOf(path))) findings.add(`${path}: compiled Python without its source`);
  return [...findings].sort();
}

/** `a/__pycache__/b.cpython-311.pyc` to `a/b.py` */
function sourceOf(path: string): string {
  return path.replace(/__pycache__\/([^/]+?)\.cpython-\d+(\.opt-\d)?\.pyc$/, "$1.py");
}

/** `docker save` has layers as `ID/layer.tar`, or since Docker 25 among the `blobs/sha256/`, told from the others by what they are. */
async function forEachLayer(tags: readonly string[], read: (layer: Entry) => Promise<void>): Promise<void> {
  const save = spawn("docker", ["save", ...tags], { stdio: ["ignore", "pipe", "inherit"] });
  for await (const entry of save.stdout.pipe(extract())) {
    const isCandidate = entry.header.type === "file" && /(^|\/)layer\.tar$|^blobs\/sha256\/[0-9a-f]{64}$/.test(entry.header.name);
    if (isCandidate && (entry.header.size ?? 0) >= 1024 && (await isTar(entry))) await read(entry);
    else entry.resume();
  }
}

/** @see POSIX ustar: `ustar` at byte 257 of the first header, which the first chunk may be too short for. */
async function isTar(entry: Entry): Promise<boolean> {
  let head = Buffer.alloc(0);
  while (head.length < 262) {
    const chunk = entry.read() as Buffer | null;
    if (chunk) head = Buffer.concat([head, chunk]);
    else await new Promise<void>((resolve) => entry.once("readable", resolve));
  }
  entry.unshift(head);
  return head.subarray(257, 262).toString() === "ustar";
}
