/** A shell function, `limited PROGRAM…`: of a time-out its code is 124 by coreutils, 143 by busybox. Without a timeout program the ssh client's own limit is the only one. */
export function renderLimited(seconds: number, name = "limited"): string {
  return `${name}() {
  if command -v timeout >/dev/null 2>&1; then timeout ${seconds} "$@"; else "$@"; fi
}
`;
}
