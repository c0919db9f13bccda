import { textOf, textOfAny } from "../reach/fold-by-text";

/** The links of a sampler's way into the store and onto the page, in the order in which they are walked. */
export const LINKS = [
  "host",
  "engine",
  "container",
  "sets",
  "transport",
  "authentication",
  "producer",
  "updater",
  "policy",
  "rows",
  "dsosd",
  "ui",
  "grafana",
] as const;

export type Link = (typeof LINKS)[number];

/** What is wrong at one place, free of the names of hosts that it is told of. */
export interface Fault {
  readonly link: Link;
  readonly message: string;
  /** The command or the page that mends it. */
  readonly help: string;
}

/** Stands in a remedy where a host comes: of several the first. */
export const HOST = "HOST";

/** The first broken link of some samplers; JSON as it is. */
export interface Cause extends Fault {
  /** Absent where it is the host or its engine. */
  readonly container?: string;
  /** Where it is broken, in the plan's order. */
  readonly hosts: readonly string[];
  /** Hosts of samplers whose data stops there, in the plan's order; empty: none does. */
  readonly samplers: readonly string[];
}

/** A fault at one host, of some samplers. */
export interface FoundFault extends Fault {
  readonly host: string;
  readonly container?: string;
  readonly samplers: readonly string[];
}

/** Equal ones of different hosts are one cause; in the order of the links, those with most samplers behind them first. */
export function foldCauses(found: readonly FoundFault[]): Cause[] {
  const alike = new Map<string, { readonly first: FoundFault; readonly hosts: Set<string>; readonly samplers: Set<string> }>();
  for (const fault of found) {
    const { link, container, message, help } = fault;
    const key = JSON.stringify([link, container, message, textOfAny({ host: fault.host, text: help })]);
    const one = alike.get(key) ?? { first: fault, hosts: new Set(), samplers: new Set() };
    alike.set(key, one);
    one.hosts.add(fault.host);
    for (const host of fault.samplers) one.samplers.add(host);
  }
  const causes = [...alike.values()].map(({ first, hosts, samplers }): Cause => {
    const { link, container, message, help } = first;
    const remedy = textOf(textOfAny({ host: first.host, text: help.replace(HOST, () => first.host) }), [...hosts]);
    return { link, ...(container !== undefined && { container }), hosts: [...hosts], message, help: remedy, samplers: [...samplers] };
  });
  return causes.sort((a, b) => LINKS.indexOf(a.link) - LINKS.indexOf(b.link) || b.samplers.length - a.samplers.length);
}
