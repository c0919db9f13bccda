import { sh } from "../text/shell-script";

/** A filter that makes a name that number. It holds no single quote. */
const HOST_NUMBER_FILTER = 'sed "s/[.].*//;s/.*[^0-9]//;s/^0*\\(.\\)/\\1/"';

/**
 * Shell for the number that a host's own short name ends in, without leading zeros: what `readHostNumber` returns, as a POSIX shell finds it.
 * It holds no single quote, so that it can stand in a single-quoted command of pdsh.
 */
export const HOST_NUMBER_SHELL = `$(uname -n | ${HOST_NUMBER_FILTER})`;

/** POSIX sh that puts the same number of the name in `host` into `number`, and starts no process for it. */
export const SET_HOST_NUMBER = sh`
number=\${host%%.*}
number=\${number##*[!0-9]}
while :; do case $number in 0?*) number=\${number#0} ;; *) break ;; esac; done
`;

/**
 * POSIX sh behind that: a component id in `$5` that is not this number takes its place, and `own` is then what stands behind a hash for it (`-2201`).
 * `=` there is the number in the name.
 */
export const SET_OWN_ID = sh`
own=
case \${5:-=} in = | "$number") ;; *) number=$5 own=-$5 ;; esac
`;

/** The number that the short name ends in: `cygnus-01.example.org` → 1; undefined where it ends in none (`login`, `cygnus-07-iw`). */
export function readHostNumber(host: string): number | undefined {
  const digits = /[0-9]+$/.exec(shortName(host))?.[0];
  return digits === undefined ? undefined : Number(digits);
}

/** `cygnus-01.example.org` → `cygnus-01` */
export function shortName(host: string): string {
  return host.split(".", 1)[0]!;
}
