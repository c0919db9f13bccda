import type { FoundContainer, FoundFile, FoundHost } from "../../plan/adopt/hand-made";
import { ownershipFile } from "../../plan/containers/ownership";
import type { InspectedImage } from "../../plan/model/inspected";
import { renderAssignments, sh } from "../../plan/text/shell-script";

/**
 * Read-only POSIX sh (dash, busybox): every container of a host, its images, what the configuration files say that are bound into those of LDMS, and
 * what the stack has taken over there before. A file with a word of `ovis` in it stays where it is.
 */
export function renderFoundScript(stack: string): string {
  return renderAssignments({ owned_file: ownershipFile(stack) }) + FOUND_BODY;
}

const FOUND_BODY = sh`
PATH=$PATH:/usr/local/bin
container='{"Id":{{json .Id}},"Name":{{json .Name}},"Image":{{json .Image}},"Config":{{json .Config}},"HostConfig":{{json .HostConfig}},"Mounts":{{json .Mounts}},"State":{"Status":{{json .State.Status}},"StartedAt":{{json .State.StartedAt}}}}'
image='{"Id":{{json .Id}},"RepoTags":{{json .RepoTags}},"RepoDigests":{{json .RepoDigests}},"Config":{{json .Config}}}'
bind='{{$of := .Name}}{{$image := .Config.Image}}{{range .Mounts}}{{if eq .Type "bind"}}{{println $of $image .Destination .Source}}{{end}}{{end}}'
ids=$(docker ps --all --quiet --no-trunc) || exit
# shellcheck disable=SC2086 # lists of ids
if [ -n "$ids" ]; then
  # One that goes away in between is not there any more: no failure.
  docker inspect --type container --format "container $container" $ids 2>/dev/null
  images=$(docker inspect --type container --format '{{.Image}}' $ids 2>/dev/null | sort -u)
  docker image inspect --format "image $image" $images 2>/dev/null
  docker inspect --type container --format "$bind" $ids 2>/dev/null | while read -r name image target source; do
    case $target in
    /etc/ldms_cfg.yaml | /etc/dsosd.json | /opt/ovis/etc/dsosd.conf | /etc/grafana/grafana.ini) ;;
    /opt/ovis/ui/sosgui/settings.py) ;;
    *.conf) case $image in *ldms*) ;; *) continue ;; esac ;;
    *) continue ;;
    esac
    [ -f "$source" ] && [ "$(wc -c <"$source")" -le 1048576 ] || continue
    ! grep -q secretword "$source" || continue
    printf 'file %s %s %s %s\n' "\${name#/}" "$target" "$(base64 <"$source" | tr -d '\n')" "$source"
  done
fi
[ ! -r "$owned_file" ] || sed 's/^/owned /' "$owned_file"
printf 'end\n'
`;

/** @returns undefined where the answer was cut off */
export function parseFound(host: string, output: string): FoundHost | undefined {
  const lines = output.split("\n");
  if (lines.at(-1) !== "end") return undefined;
  const after = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
  return {
    host,
    containers: after("container").map((line) => JSON.parse(line) as FoundContainer),
    images: after("image").map((line) => JSON.parse(line) as InspectedImage),
    files: after("file").map(parseFile),
    owned: new Map(after("owned").map((line) => line.split(" ", 2) as [string, string])),
  };
}

function parseFile(line: string): FoundFile {
  const [container = "", path = "", content = "", ...source] = line.split(" ");
  return { container, path, source: source.join(" "), text: Buffer.from(content, "base64").toString() };
}
