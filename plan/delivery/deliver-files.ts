import { renderOvisFile } from "../auth/ovis-secret";
import { ownershipFile } from "../containers/ownership";
import type { PlannedFile } from "../model/file";
import { HOST_FOLDER, MUNGE_KEY_FILE, stackFolder } from "../model/places";
import { renderRekey } from "../munge/rekey";
import { groupBy } from "../text/group-by";
import { renderGenerated } from "./content-line";

/** A line of the manifest that a delivery script carries. Shape: `0600 101:101 /var/lib/ldms/lab/samp/munge.key 3fab…`. */
export interface ManifestEntry {
  readonly mode: string;
  /** `101:101` */
  readonly owner: string;
  readonly path: string;
  readonly fingerprint: string;
}

/** The manifest as scripts carry it, a line a file. */
export function renderManifest(files: readonly PlannedFile[]): string {
  return files
    .map(manifestEntry)
    .map(({ mode, owner, path, fingerprint }) => `${mode} ${owner} ${path} ${fingerprint}`)
    .join("\n");
}

const MANIFEST_LINE = /^[0-7]{4} \d+:\d+ \/\S+ \S+$/;

export function manifestEntry(file: PlannedFile): ManifestEntry {
  return {
    mode: file.mode.toString(8).padStart(4, "0"),
    owner: `${file.uid}:${file.gid}`,
    path: file.path,
    fingerprint: file.fingerprint,
  };
}

/** The manifest of a delivery script, read back; what is not a manifest line is passed over, and so is the second one of a host script. */
export function parseManifest(script: string): ManifestEntry[] {
  return [...new Set(script.split("\n").filter((line) => MANIFEST_LINE.test(line)))].map((line) => {
    const [mode = "", owner = "", path = "", fingerprint = ""] = line.split(" ");
    return { mode, owner, path, fingerprint };
  });
}

/**
 * POSIX sh that puts a host's files in their places and removes those of an earlier plan. It reads one line a file from stdin, in the manifest's
 * order: base64 of the content, or `generate:N` for N random bytes made where the file is absent. One that takes another's place is written beside it
 * with its final mode and owner and then renamed, so that a container never sees half of one. A running container takes a changed munge key up at once.
 */
export function renderDelivery(stack: string, files: readonly PlannedFile[]): string {
  const takesUp = files.some(({ isTakenUpRunning }) => isTakenUpRunning);
  const inPlace = takesUp ? [] : files.filter(({ content }) => content.kind !== "generated");
  return `set -eu
umask 077
${takesUp ? renderRekey(stack) : ""}wanted=" " is_new=
own() { # own OWNER FILE...: a process less where they are root's already, as the first one is
  { [ "$1" = 0:0 ] && [ -O / ] && [ -G / ] && [ -O "$2" ] && [ -G "$2" ]; } || chown "$@"
}
[ -e ${stackFolder(stack)} ] || is_new=yes
while read -r mode owner path fingerprint <&3; do
  read -r content
  wanted="$wanted$path " in_place=
  [ -d "\${path%/*}" ] || mkdir -p "\${path%/*}"
  new=$path.new
  [ ! -e "$new" ] || rm -f "$new"
  case $content in
  generate:*)
    if [ -s "$path" ]; then new=$path
    else head -c "\${content#generate:}" /dev/urandom | base64 | tr -d '\\n' >"$new"; fi ;;
  *)
${takesUp ? "" : IN_ITS_PLACE}    printf '%s' "$content" | base64 -d >"$new" ;;
  esac
  [ -z "$in_place" ] || continue
  chmod "$mode" "$new"
  own "$owner" "$new"
${takesUp ? TAKE_UP : ""}  [ "$new" = "$path" ] || mv -f "$new" "$path"
done 3<<'MANIFEST'
${renderManifest(files)}
MANIFEST
if [ -n "$is_new" ]; then
${renderInPlace(inPlace)}else
  find ${stackFolder(stack)} -type f | while read -r path; do
    case $wanted in *" $path "*) ;; *) rm -f "$path" ;; esac
  done
  find ${stackFolder(stack)} -depth -type d -exec rmdir {} + 2>/dev/null || true
fi
chmod 755 ${HOST_FOLDER} ${stackFolder(stack)} ${stackFolder(stack)}/*
`;
}

/** On a host that has no file of the stack yet: no container is made before the delivery has come to its end, so nobody reads half of one. */
const IN_ITS_PLACE = `    [ -z "$is_new" ] || { new=$path && in_place=yes; }
`;

/** Their modes and owners, a process for all that are alike; until then they are for root alone. */
function renderInPlace(files: readonly PlannedFile[]): string {
  const entries = files.map(manifestEntry);
  const pathsBy = (key: "mode" | "owner") =>
    [...groupBy(entries, (entry) => entry[key])].map(([word, of]) => `${word} ${of.map(({ path }) => path).join(" ")}`);
  const lines = [...pathsBy("mode").map((words) => `chmod ${words}`), ...pathsBy("owner").map((words) => `own ${words}`)];
  return lines.length > 0 ? lines.map((line) => `  ${line}\n`).join("") : "  :\n";
}

/** Before the file is renamed: a delivery that was cut off in between finds the difference again. */
const TAKE_UP = `  case $path in
  */${MUNGE_KEY_FILE})
    folder=\${path%/*}
    cmp -s "$new" "$path" || rekey "\${folder##*/}" "$new" "$path" || { rm -f "$new"; exit 1; } ;;
  esac
`;

/** Removes a stack's files, and the common folder with the last of them. */
export function renderRemoval(stack: string): string {
  return `rm -rf ${stackFolder(stack)}
rmdir ${HOST_FOLDER} 2>/dev/null || true
`;
}

/** The same of a stack that leaves a host, with what it says of containers that it took over. */
export function renderLeave(stack: string): string {
  return `rm -f ${ownershipFile(stack)}
${renderRemoval(stack)}`;
}

/** What the script reads: one line a file. @param secretValue the value of a secret by its config name. */
export function renderDeliveryInput(files: readonly PlannedFile[], secretValue: (secretName: string) => string): string {
  return files.map((file) => `${inputLine(file, secretValue)}\n`).join("");
}

function inputLine({ content }: PlannedFile, secretValue: (secretName: string) => string): string {
  switch (content.kind) {
    case "text":
      return Buffer.from(content.text).toString("base64");
    case "secret": {
      const value = secretValue(content.secretName);
      if (content.encoding === "base64") return value.replace(/\s/g, "");
      return Buffer.from(content.encoding === "ovis" ? renderOvisFile(value) : value).toString("base64");
    }
    case "generated":
      return renderGenerated(content.bytes);
    default:
      return content satisfies never;
  }
}
