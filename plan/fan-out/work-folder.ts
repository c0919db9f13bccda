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
 * that it started hold a lock on a file in its folder, which a kill frees. A folder gets its name once it is locked, so that none is taken for a dead
 * one's: not by a script of another state home, either, whose stack has the same name.
 */
export const WORK_FOLDER =
  MEMORY +
  sh`
mark=ldms.\${base##*/}
# Of this user's own, for others may put folders there, too; with just eight characters behind it, or it is of a stack with a longer name.
find "$memory" -maxdepth 1 -type d -user "$(id -u)" -name "$mark.????????" | while read -r left; do
  # Another script may be taking it away as well.
  ( ! flock -n 8 || rm -rf "$left" ) 2>/dev/null 8>"$left/.held"
done
new=$(mktemp -d "$memory/.$mark.XXXXXXXX") && exec 8>"$new/.held" && flock 8 || exit 1
work=$memory/\${new##*/.}
mv -T "$new" "$work" || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 143' HUP INT TERM
`;
