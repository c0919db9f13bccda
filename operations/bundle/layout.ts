import { arch, platform } from "node:process";
import { renderBytes } from "../../plan/text/bytes";
import type { BundleIndex } from "./bundle-index";

export const SUMS = "SHA256SUMS";
export const README = "README.txt";
export const LOAD = "load";
export const INDEX = "bundle.json";
export const PROJECT = "project.tar.zst";
export const PLUGINS = "plugins.tar.zst";
export const IMAGES = "images.tar.zst";

/** `Pulumi.cygnus.yaml` */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack}.yaml`;
}

/** The files of a bundle in their order, what a person reads first. */
export function bundleFiles({ stack, plugins }: Pick<BundleIndex, "stack" | "plugins">): string[] {
  return [SUMS, README, LOAD, INDEX, stackFileName(stack), PROJECT, ...(plugins.length ? [PLUGINS] : []), IMAGES];
}

/** `linux/amd64`, of this machine. */
export function thisMachine(): string {
  const names: Readonly<Record<string, string>> = { x64: "amd64" };
  return `${platform}/${names[arch] ?? arch}`;
}

export interface PackedFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export function renderSums(files: readonly PackedFile[]): string {
  return files.map(({ name, sha256 }) => `${sha256}  ${name}\n`).join("");
}

/** By file name. @throws Error that names the line */
export function parseSums(text: string): ReadonlyMap<string, string> {
  const entries = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [, sum, name] = /^([0-9a-f]{64}) {2}(\S+)$/.exec(line) ?? [];
      if (sum === undefined || name === undefined) throw new Error(`has a line of another form: ${JSON.stringify(line.slice(0, 80))}`);
      return [name, sum] as const;
    });
  return new Map(entries);
}

/** The manifest that a person reads. */
export function renderReadme(index: BundleIndex, files: readonly PackedFile[]): string {
  const { stack, version, created, machine, node, platform: hosts, images, plugins, secrets, missing } = index;
  const list = (title: string, lines: readonly string[]) => (lines.length ? [`${title}:`, ...lines.map((line) => `  ${line}`), ""] : []);
  return [
    `LDMS stack ${stack}: all that a site without internet needs`,
    "",
    `made ${created} by ldms ${version}; for hosts of ${hosts}; run from a machine of ${machine} with Node.js ${node} or newer, ssh, tar and zstd`,
    "",
    ...list(
      "files",
      files.map(({ name, sizeBytes, sha256 }) => `${sha256.slice(0, 16)}  ${renderBytes(sizeBytes).padStart(8)}  ${name}`),
    ),
    ...list(
      "images (a layer that several share is stored once)",
      images.map(({ name, reference, id }) => `${id}  ${reference}${reference.includes(name) ? "" : ` (${name})`}`),
    ),
    ...list("provider plugins", plugins.length ? plugins : ["none were found where this was made; ldms has an engine of its own"]),
    ...list("left out on purpose: secrets, to be set at the site", secrets),
    ...list("not in here, to be brought or made at the site", missing),
    "at the site, with BUNDLE the name of this file's bundle:",
    "  tar -xOf BUNDLE load | sh -s -- BUNDLE",
    "which checks everything, changes nothing where something is wrong, and says what comes next.",
    "",
  ].join("\n");
}

/** Starts the bundle's own `ldms`, for a site that has none. */
export const LOAD_SCRIPT = `#!/bin/sh
# load BUNDLE [OPTION...]: ldms bundle load, by the program that is in the bundle itself
set -eu
bundle=\${1:?the bundle\\'s file}
# tar takes a name with a colon for another machine's file
case $bundle in /*) ;; -* | *:*) bundle=./$bundle ;; esac
for program in node tar zstd sha256sum; do
  command -v $program >/dev/null || { echo "load: $program is not installed here" >&2; exit 1; }
done
work=$(mktemp -d "\${TMPDIR:-/var/tmp}/ldms-load.XXXXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xf "$bundle" -C "$work" ${SUMS} ${PROJECT} || { echo "load: $bundle: is damaged or cut off; nothing was changed" >&2; exit 1; }
(cd "$work" && grep ' ${PROJECT}$' ${SUMS} | sha256sum -c --quiet) || { echo "load: $bundle: ${PROJECT} is damaged; nothing was changed" >&2; exit 1; }
mkdir "$work/project"
tar --zstd -xf "$work/${PROJECT}" -C "$work/project"
rm "$work/${PROJECT}"
shift
node "$work/project/bin/ldms.js" bundle load "$bundle" "$@"
`;
