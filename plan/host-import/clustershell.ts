import { MAX_HOSTS } from "../hostlist/hostlist";
import { type ImportedHosts, linesOf } from "./imported";

interface Definition {
  readonly place: string;
  readonly text: string;
}

/** `gpu: cn[1-8/2],@login`, a group a line: ClusterShell's local.cfg. @see groups.conf(5) */
export function readLocalCfg(text: string, found: ImportedHosts): void {
  const groups = new Map<string, Definition[]>();
  for (const { place, line } of linesOf(text)) {
    const [, name, nodes] = /^([^\s:]+)\s*:\s*(\S.*)$/.exec(line) ?? [];
    if (name === undefined || nodes === undefined)
      found.refuse(place, "is not of the form `GROUP: HOSTS`", "the form of ClusterShell's local.cfg");
    else groups.set(name, [...(groups.get(name) ?? []), { place, text: nodes }]);
  }
  resolve(groups, found);
}

/** `SOURCE: { GROUP: HOSTS }`, hosts as one text or as a list: ClusterShell's files of groups in YAML. */
export function readGroupsYaml(document: Readonly<Record<string, unknown>>, found: ImportedHosts): void {
  const groups = new Map<string, Definition[]>();
  for (const [source, names] of Object.entries(document)) {
    if (typeof names !== "object" || names === null || Array.isArray(names)) {
      found.refuse(source, "is no map of groups", "the form is `SOURCE: { GROUP: HOSTS }`");
      continue;
    }
    for (const [name, nodes] of Object.entries(names)) {
      const texts: unknown[] = Array.isArray(nodes) ? nodes : [nodes];
      const place = `${source}.${name}`;
      if (texts.every((text) => typeof text === "string" || typeof text === "number"))
        groups.set(name, [...(groups.get(name) ?? []), ...texts.map((text) => ({ place, text: String(text) }))]);
      else found.refuse(place, "is neither a hostlist nor a list of them");
    }
  }
  resolve(groups, found);
}

/** Groups may name each other. */
function resolve(groups: ReadonlyMap<string, readonly Definition[]>, found: ImportedHosts): void {
  const known = new Map<string, readonly string[]>();
  const hostsOf = (name: string, above: readonly string[]): readonly string[] => {
    const done = known.get(name);
    if (done) return done;
    const hosts = (groups.get(name) ?? []).flatMap(({ place, text }) =>
      termsOf(text).flatMap((term) => hostsOfTerm(place, term, [...above, name])),
    );
    known.set(name, hosts);
    return hosts;
  };
  const hostsOfTerm = (place: string, term: string, above: readonly string[]): readonly string[] => {
    const [, reference] = /^@(?:[^:]+:)?(.+)$/.exec(term) ?? [];
    if (reference === undefined) return found.expand(place, writeOutSteps(term));
    if (above.includes(reference)) found.refuse(place, `names itself, by \`@${reference}\``);
    else if (groups.has(reference)) return hostsOf(reference, above);
    else found.refuse(place, `names a group that is not in the file: \`@${reference}\``, `\`nodeset -f @${reference}\` has its hosts`);
    return [];
  };
  for (const name of groups.keys()) found.add(hostsOf(name, []), name);
}

/** Divided by commas and blanks outside brackets. */
function termsOf(text: string): string[] {
  return text.split(/[,\s]+(?![^[]*\])/).filter(Boolean);
}

/** `n[1-9/4]` is `n[1,5,9]`. One that would be too long stays, and is refused as what it is. */
function writeOutSteps(term: string): string {
  return term.replace(/([0-9]+)-([0-9]+)\/([0-9]+)/g, (range, low: string, high: string, step: string) => {
    const count = Math.floor((Number(high) - Number(low)) / Number(step)) + 1;
    if (!(count > 0 && count <= MAX_HOSTS)) return range;
    return Array.from({ length: count }, (_, i) => String(Number(low) + i * Number(step)).padStart(low.length, "0")).join();
  });
}
