/** What one image holds, as its own package manager and its file system say. */
export interface ImageInventory {
  /** `sha256:…` of its configuration. */
  readonly imageId: string;
  /** When it was built: `2026-11-25T16:21:00.123456789Z`. */
  readonly created: string;
  /** `reg:5000/ovishpc/ldms-samp@sha256:…`; absent where no registry has it. */
  readonly repoDigest?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly os: DistributionId;
  /** Sorted by name, then architecture. */
  readonly packages: readonly InstalledPackage[];
  /** Files that no package owns: the ovis tree, the Grafana plugin, the entrypoints; sorted by path. */
  readonly files: readonly InventoryFile[];
}

export interface DistributionId {
  /** `debian`, `ubuntu` */
  readonly id: string;
  /** `Debian GNU/Linux` */
  readonly name: string;
  /** `12` */
  readonly version: string;
}

export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** `amd64`, `all` */
  readonly architecture: string;
  readonly source: string;
  readonly homepage: string;
  /** As its copyright file names them: `GPL-2+`; sorted. */
  readonly licences: readonly string[];
}

export interface InventoryFile {
  /** `/opt/ovis/sbin/ldmsd` */
  readonly path: string;
  readonly sha1: string;
  readonly sha256: string;
}

/** Folders whose files no package owns. */
const OWN_FOLDERS = "/opt/ovis /usr/share/ldms /usr/local";
const PACKAGE_FIELDS = ["Package", "Version", "Architecture", "source:Package", "Homepage"];

/** POSIX sh for inside the image: sections `== NAME` of lines. Compiled Python is left out: it follows from its sources. */
export function renderInventoryScript(): string {
  const format = `${PACKAGE_FIELDS.map((field) => `\${${field}}`).join("\\t")}\\n`;
  return `set -eu
command -v dpkg-query >/dev/null || { echo "the image has no dpkg" >&2; exit 1; }
echo "== os"; cat /etc/os-release
echo "== packages"; dpkg-query --show --showformat '${format}'
echo "== licences"; grep -a '^License: *[^ ]' /usr/share/doc/*/copyright /dev/null || true
folders=; for folder in ${OWN_FOLDERS}; do [ ! -d "$folder" ] || folders="$folders $folder"; done
# shellcheck disable=SC2086 # a list of folders
for sum in sha1 sha256; do echo "== $sum"; find $folders -xdev -type f ! -name '*.pyc' -exec "\${sum}sum" {} +; done
`;
}

/** @throws Error when a section is missing */
export function parseInventory(output: string): Pick<ImageInventory, "os" | "packages" | "files"> {
  const sections = new Map(
    output.split(/^== /m).map((text) => {
      const [name = "", ...lines] = text.split("\n");
      return [name, lines.filter((line) => line !== "")] as const;
    }),
  );
  const lines = (name: string): readonly string[] => {
    const found = sections.get(name);
    if (!found) throw new Error(`inventory of the image: the section is missing: \`${name}\``);
    return found;
  };
  return {
    os: parseOsRelease(lines("os")),
    packages: parsePackages(lines("packages"), parseLicences(lines("licences"))),
    files: parseFiles(lines("sha1"), lines("sha256")),
  };
}

function parseOsRelease(lines: readonly string[]): DistributionId {
  const values = new Map(lines.map((line) => [line.split("=")[0], line.slice(line.indexOf("=") + 1).replace(/^"(.*)"$/, "$1")]));
  return { id: values.get("ID") ?? "linux", name: values.get("NAME") ?? "Linux", version: values.get("VERSION_ID") ?? "" };
}

function parsePackages(lines: readonly string[], licences: ReadonlyMap<string, ReadonlySet<string>>): InstalledPackage[] {
  return lines
    .map((line) => line.split("\t"))
    .map(([name = "", version = "", architecture = "", source = "", homepage = ""]) => ({
      name,
      version,
      architecture,
      source,
      homepage,
      licences: [...(licences.get(name) ?? [])].sort(),
    }))
    .sort((a, b) => (`${a.name} ${a.architecture}` < `${b.name} ${b.architecture}` ? -1 : 1));
}

/** Lines `/usr/share/doc/munge/copyright:License: GPL-3+`. */
function parseLicences(lines: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const licences = new Map<string, Set<string>>();
  for (const line of lines) {
    const [, name, licence] = /^\/usr\/share\/doc\/([^/]+)\/copyright:License: *(.*?)\s*$/.exec(line) ?? [];
    if (name !== undefined && licence) licences.set(name, (licences.get(name) ?? new Set()).add(licence));
  }
  return licences;
}

function parseFiles(sha1Lines: readonly string[], sha256Lines: readonly string[]): InventoryFile[] {
  const byPath = (lines: readonly string[], width: number) => new Map(lines.map((line) => [line.slice(width + 2), line.slice(0, width)]));
  const sha256 = byPath(sha256Lines, 64);
  return [...byPath(sha1Lines, 40)]
    .map(([path, sha1]) => ({ path, sha1, sha256: sha256.get(path) ?? "" }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
