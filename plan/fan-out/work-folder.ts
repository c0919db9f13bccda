import { sh } from "../text/shell-script";

/** Where a stack's head remembers it. Needs `$stack` and `$claim`. */
export const BASE = sh`
set -u
umask 077
export LC_ALL=C
base=\${XDG_STATE_HOME:-$HOME/.local/state}/ldms/$stack\${claim:+@$claim}
mkdir -p "$base" || exit 1
`;

/** A folder on memory, where this machine has one. */
export const MEMORY = sh`
memory=/dev/shm
[ -d $memory ] && [ -w $memory ] || memory=\${TMPDIR:-/tmp}
`;

/**
 * POSIX sh that makes `$work`, where a script on a head keeps the content that passes through, on memory where the head has such a folder. Needs
 * `$base`.
 *
 * A trap takes it away, and SIGKILL asks no trap; so the next script of the same stack takes away those of scripts that are gone. A script and all
 * that it started hold a lock on a file in its folder, which a kill frees. `turn` keeps a folder that is not locked yet from being taken for a dead one's.
 */
export const WORK_FOLDER =
  MEMORY +
  sh`
mark=ldms.\${base##*/}
exec 7>"$base/turn"
flock -w 60 7 || { echo "no turn to begin here: $base/turn" >&2; exit 1; }
# Of this user's own, for others may put folders there, too; with just eight characters behind it, or it is of a stack with a longer name.
find "$memory" -maxdepth 1 -type d -user "$(id -u)" -name "$mark.????????" | while read -r left; do
  ( ! flock -n 8 || rm -rf "$left" ) 8>"$left/.held"
done
work=$(mktemp -d "$memory/$mark.XXXXXXXX") && exec 8>"$work/.held" && flock 8 || exit 1
exec 7>&-
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
`;
