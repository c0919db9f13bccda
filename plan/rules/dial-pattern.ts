/**
 * `["", "-iw"]` where `cygnus-01-iw` is `cygnus-01`: what stands around a host's name in the names that daemons dial; of all that would explain a name
 * (`n10-iw` may be `n1` with `0-iw` behind it), what explains most of them.
 */
export function findDialPattern(hosts: readonly string[], dialled: readonly string[]): readonly [before: string, after: string] {
  const known = new Set(hosts);
  const explained = ([before, after]: readonly [string, string]) =>
    dialled.filter(
      (name) => name.startsWith(before) && name.endsWith(after) && known.has(name.slice(before.length, name.length - after.length)),
    ).length;
  for (const name of dialled) {
    const patterns = [...known].filter((host) => name.includes(host)).map((host) => splitAt(name, host));
    const [first, ...others] = patterns;
    if (first) return others.reduce((best, one) => (explained(one) > explained(best) ? one : best), first);
  }
  return ["", ""];
}

function splitAt(name: string, host: string): readonly [string, string] {
  const at = name.indexOf(host);
  return [name.slice(0, at), name.slice(at + host.length)];
}
