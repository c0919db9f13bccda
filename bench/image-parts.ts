import { runProcess } from "../processes/run-process";

export interface ImagePart {
  /** Source package (`python3.11`), `ovis tree`, `Grafana plugin`, or `other`. */
  readonly name: string;
  readonly bytes: number;
}

export interface ImageSize {
  readonly image: string;
  readonly bytes: number;
  readonly base: { readonly name: string; readonly bytes: number };
  /** What is not in the base, largest first. */
  readonly parts: readonly ImagePart[];
}

const LOOK_SECONDS = 120;
const BASE_LABEL = "org.opencontainers.image.base.name";

/** Sections: size and path of every file; package and path of what packages own; package and its source. */
const SCRIPT = `find / -xdev -type f -printf '%s %p\\n'
echo ==; for list in /var/lib/dpkg/info/*.list; do name=\${list##*/}; sed "s|^|\${name%.list} |" "$list"; done
echo ==; dpkg-query --show --showformat '\${binary:Package} \${source:Package}\\n'
`;

interface Contents {
  readonly sizes: ReadonlyMap<string, number>;
  readonly ownerOf: ReadonlyMap<string, string>;
  readonly sourceOf: ReadonlyMap<string, string>;
}

/** @throws Error when this machine's engine has not the image or its base */
export async function measureImage(image: string, reference: string): Promise<ImageSize> {
  const format = `{{.Size}} {{index .Config.Labels "${BASE_LABEL}"}}`;
  const [bytes = "", base = ""] = (await docker("image", "inspect", "--format", format, reference)).split(" ");
  if (!base) throw new Error(`${reference}: the label is missing: \`${BASE_LABEL}\``);
  const [own, below, baseBytes] = await Promise.all([
    readContents(reference),
    readContents(base),
    docker("image", "inspect", "--format", "{{.Size}}", base),
  ]);
  return { image, bytes: Number(bytes), base: { name: base, bytes: Number(baseBytes) }, parts: sumParts(own, below) };
}

/** Files that the base has not, or has with another size, by the part that they belong to. */
export function sumParts(own: Contents, below: Pick<Contents, "sizes">): ImagePart[] {
  const sums = new Map<string, number>();
  for (const [path, bytes] of own.sizes) {
    if (below.sizes.get(path) === bytes) continue;
    const part = partOf(path, own);
    sums.set(part, (sums.get(part) ?? 0) + bytes);
  }
  return [...sums].map(([name, bytes]) => ({ name, bytes })).sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

function partOf(path: string, { ownerOf, sourceOf }: Contents): string {
  if (path.startsWith("/opt/ovis/")) return "ovis tree";
  if (path.startsWith("/usr/share/ldms/grafana-plugins/")) return "Grafana plugin";
  // Compiled at installation, so in no package's list.
  const source = path.replace(/__pycache__\/([^/]+?)\.cpython-\d+(\.opt-\d)?\.pyc$/, "$1.py");
  const owner = ownerOf.get(source);
  return owner === undefined ? "other" : (sourceOf.get(owner) ?? owner);
}

async function readContents(reference: string): Promise<Contents> {
  const output = await docker("run", "--rm", "--network", "none", "--user", "0", "--entrypoint", "/bin/sh", reference, "-c", SCRIPT);
  return parseContents(output);
}

export function parseContents(output: string): Contents {
  const [files = [], owned = [], sources = []] = output.split(/^==$/m).map((text) => text.split("\n").filter((line) => line !== ""));
  const pairs = (lines: readonly string[]) =>
    lines.map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const);
  return {
    sizes: new Map(pairs(files).map(([bytes, path]) => [path, Number(bytes)])),
    // Packages of before the merge of /lib into /usr/lib say /lib.
    ownerOf: new Map(pairs(owned).map(([name, path]) => [path.replace(/^\/(lib|bin|sbin)/, "/usr/$1"), name])),
    sourceOf: new Map(pairs(sources)),
  };
}

async function docker(...argv: readonly string[]): Promise<string> {
  const { stdout, stderr, code } = await runProcess(["docker", ...argv], { timeoutSeconds: LOOK_SECONDS });
  if (code !== 0) throw new Error(`docker ${argv.slice(0, 2).join(" ")} ${argv.find((word) => word.includes(":"))}: ${stderr}`);
  return stdout;
}
