import type { FoundKey, InspectedContainer, InspectedHost, InspectedImage } from "../../plan/model/inspected";
import { MUNGE_KEY_IN_CONTAINER } from "../../plan/model/places";

/** Fields that rules read, of the container and of its image; the rest of an inspection stays on its host. */
const CONTAINER =
  '{"Name":{{json .Name}},"Image":{{json .Image}},"Config":{{json .Config}},"HostConfig":{{json .HostConfig}},"Mounts":{{json .Mounts}}}';
const IMAGE = '{"Id":{{json .Id}},"RepoTags":{{json .RepoTags}},"RepoDigests":{{json .RepoDigests}},"Config":{{json .Config}}}';

/**
 * Read-only POSIX sh (dash, busybox): everything that runs on a host, its images, and of the keys for containers' own munged the mode, the
 * owner and whether they are one byte throughout. Exit code not 0 when the engine does not answer.
 */
export function renderAuditScript(): string {
  return `PATH=$PATH:/usr/local/bin
ids=$(docker ps --quiet --no-trunc) || exit
# shellcheck disable=SC2086 # lists of ids
if [ -n "$ids" ]; then
  # One that goes away in between does not run any more: no failure.
  docker inspect --type container --format 'container ${CONTAINER}' $ids 2>/dev/null
  images=$(docker inspect --type container --format '{{.Image}}' $ids 2>/dev/null | sort -u)
  docker image inspect --format 'image ${IMAGE}' $images 2>/dev/null
  docker inspect --type container --format '{{range .Mounts}}{{if eq .Destination "${MUNGE_KEY_IN_CONTAINER}"}}{{println .Source}}{{end}}{{end}}' $ids 2>/dev/null |
    sort -u | while read -r path; do
      [ -f "$path" ] || continue
      values=$(od -An -v -tu1 "$path" | tr -s ' ' '\\n' | sort -u | grep -c .)
      printf 'key %s %s %s\\n' "$(stat -c '%a %u:%g %s' "$path")" "$values" "$path"
    done
fi
printf 'end\\n'
`;
}

/** @returns undefined where the answer was cut off. */
export function parseAudit(host: string, output: string): InspectedHost | undefined {
  const lines = output.split("\n");
  if (lines.at(-1) !== "end") return undefined;
  const after = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return {
    host,
    containers: after("container").map((line) => JSON.parse(line) as InspectedContainer),
    images: after("image").map((line) => JSON.parse(line) as InspectedImage),
    keys: after("key").map(parseKey),
  };
}

/** `600 101:101 1024 256 /var/lib/ldms/lab/samp/munge.key`; the numbers are its length and how many different bytes it has. */
function parseKey(line: string): FoundKey {
  const [mode = "", owner = "", lengthBytes = "", values = "", ...path] = line.split(" ");
  return { path: path.join(" "), mode: mode.padStart(4, "0"), owner, isUniform: Number(values) <= 1, lengthBytes: Number(lengthBytes) };
}
