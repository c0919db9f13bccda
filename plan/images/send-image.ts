import type { PlannedArchive, PlannedImage } from "../model/image";
import { shellLine, shellQuote } from "../text/shell";

/** An image that comes in a file. */
export type ArchivedImage = PlannedImage & { readonly archive: PlannedArchive };

/** `image`: loaded into the engine there; `file`: laid down there, to be sent on. */
export type Keeps = "image" | "file";

/** A transfer that is cut off is taken up again where it ended, so often in one run. */
const ATTEMPTS = 3;
/** What the receiving end says when not all has arrived; none of docker's codes. @see sysexits(3), EX_TEMPFAIL */
const CUT_OFF = 75;

export function isArchived(image: PlannedImage): image is ArchivedImage {
  return image.archive !== undefined;
}

/** Where a stack's files on their way lie, below the home of the user that is logged in. */
function folderAtHome(stack: string): string {
  return `.local/state/ldms/${stack}/images`;
}

export function transferFolder(stack: string): string {
  return `"$HOME"/${folderAtHome(stack)}`;
}

/** POSIX sh that forgets images there; folders go with their last file. What is loaded stays in the engine. @param files shell patterns in the folder */
export function renderForget(stack: string, files: readonly string[]): string {
  const folder = folderAtHome(stack);
  return `(cd && cd ${folder} && rm -f ${files.join(" ")}; cd && rmdir -p ${folder}) 2>/dev/null || true`;
}

/** `ldms-samp-3f1c….tar.zst`: two contents never have one name. */
export function keptFile({ name, archive }: ArchivedImage): string {
  return `${name}-${archive.sha256}${/\.tar(\.[a-z0-9]+)?$/.exec(archive.path)?.[0] ?? ""}`;
}

/**
 * POSIX sh that brings images to another machine: nothing where it has them, else what of the file has not arrived yet; the file is compared by its
 * SHA-256 and the loaded image by its id. It says `ok`, or `failed` and what the matter was; 255 is that of an ssh that does not get there. Calls `dial COMMAND`,
 * which runs a line there with its own stdin.
 *
 * @param fileOf word of the shell for the file of an image on the sending side
 * @param token what is then to be read there of the image, to be known again: see `renderTokens`; empty: nothing, and nothing is left there
 */
export function renderSend(
  stack: string,
  images: readonly ArchivedImage[],
  keeps: Keeps,
  fileOf: (image: ArchivedImage) => string,
  token: (image: ArchivedImage) => string,
): string {
  const sends = images.map((image) => {
    const argv = [
      image.name,
      String(image.archive.sizeBytes),
      renderArrived(stack, image, keeps, token(image)),
      renderTake(stack, image, keeps, token(image)),
    ];
    const [name, size, look, take] = argv as [string, string, string, string];
    return `send ${name} ${size} ${fileOf(image)} ${shellQuote(asWords(look))} ${shellQuote(asWords(take))} || return`;
  });
  return `send() { # send IMAGE SIZE FILE LOOK TAKE
  attempts=0
  while :; do
    told=$(dial "$4" 2>&1 </dev/null) || { code=$?; printf '%s\\n' "$told"; return $code; }
    at=\${told##*
}
    [ "$at" != here ] || return 0
    [ $attempts -lt ${ATTEMPTS} ] || { echo "failed $1: was cut off ${ATTEMPTS} times, last at $at of $2 bytes"; return 1; }
    [ -r "$3" ] || { echo "failed $1: cannot be read where it is sent from: $3"; return 1; }
    attempts=$((attempts + 1))
    told=$(tail -c "+$((at + 1))" "$3" | dial "$5" 2>&1) && { printf '%s: %s of %s bytes sent\\n' "$1" $(($2 - at)) "$2"; return 0; }
    code=$?
    case $code in ${CUT_OFF} | 255) ;; *) printf '%s\\n' "$told"; return $code ;; esac
  done
}
send_all() {
  ${sends.join("\n  ")}
  echo ok
}
`;
}

/** Prints `here`, or how many bytes of the file have arrived. */
function renderArrived(stack: string, image: ArchivedImage, keeps: Keeps, token: string): string {
  const { name, archive } = image;
  const isThere = keeps === "file" ? `[ -e "$folder/${keptFile(image)}" ]` : `docker image inspect ${archive.id} >/dev/null 2>&1`;
  return `umask 077
folder=${transferFolder(stack)}
if ${isThere}; then ${renderMark(stack, name, token)}; echo here; exit; fi
${keeps === "file" ? "" : renderEngineCheck(image)}stat -c %s "$folder/${archive.sha256}.part" 2>/dev/null || echo 0`;
}

function renderEngineCheck({ name, archive }: ArchivedImage): string {
  const architecture = archive.platform.split("/")[1]!;
  return `is=$(docker version --format "{{.Server.Arch}}" 2>&1) || { echo "failed ${name}: docker: $is" | tail -n 1; exit 1; }
[ "$is" = ${architecture} ] || { echo "failed ${name}: is for ${archive.platform}, and the engine here is for $is"; exit 1; }
`;
}

/** Appends its stdin to what has arrived; what is whole becomes the image, or the file. */
function renderTake(stack: string, image: ArchivedImage, keeps: Keeps, token: string): string {
  const { name, archive } = image;
  return `umask 077
folder=${transferFolder(stack)}
part=$folder/${archive.sha256}.part
fail() { rm -f "$part"; echo "failed ${name}: $*"; exit 1; }
mkdir -p "$folder" || fail "no folder for it: $folder"
cat >>"$part" || fail "no room for it in $folder"
is=$(stat -c %s "$part")
[ "$is" -ge ${archive.sizeBytes} ] || exit ${CUT_OFF}
echo "${archive.sha256}  $part" | sha256sum -c >/dev/null 2>&1 || fail "what has arrived is not what was sent; the next run begins anew"
${keeps === "file" ? `rm -f "$folder/${name}"-*\nmv "$part" "$folder/${keptFile(image)}"` : renderLoad(archive)}
${renderMark(stack, name, token)}`;
}

function renderMark(stack: string, name: string, token: string): string {
  return token === "" ? renderForget(stack, []) : `mkdir -p "$folder" && echo ${token} >"$folder/${name}"`;
}

/** Engines before 23.0 do not read zstd themselves. */
function renderLoad({ path, id }: PlannedArchive): string {
  const load = path.endsWith(".zst")
    ? 'if command -v zstd >/dev/null; then zstd -dcq "$part" | docker load --quiet; else docker load --quiet --input "$part"; fi'
    : 'docker load --quiet --input "$part"';
  return `said=$({ ${load}; } 2>&1) || fail "docker load: $(echo "$said" | tail -n 1)"
docker image inspect ${id} >/dev/null 2>&1 || fail "is loaded, but the engine has no ${id}; it may keep its images in containerd, whose ids are others"
rm -f "$part"`;
}

/** One word that any login shell hands to sh as it is. */
function asWords(script: string): string {
  return shellLine(["sh", "-c", script]);
}

/** POSIX sh for the receiving machine: a line an image, `ldms-samp TOKEN`, with `-` for one that is not there and `found` for one that nobody has sent. */
export function renderTokens(stack: string, images: readonly ArchivedImage[], keeps: Keeps): string {
  const lines = images.map((image) => {
    const isThere = keeps === "file" ? `[ -e "$folder/${keptFile(image)}" ]` : `docker image inspect ${image.archive.id} >/dev/null 2>&1`;
    return `if ${isThere}; then echo "${image.name} $(cat "$folder/${image.name}" 2>/dev/null || echo found)"; else echo "${image.name} -"; fi`;
  });
  return `folder=${transferFolder(stack)}\n${lines.join("\n")}\n`;
}
