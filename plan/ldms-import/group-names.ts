import { readHostNumber } from "../hosts/component-id";
import type { SourceDaemon } from "./source-site";

/** Names of groups, each once; a container is called so, too. */
export class NameSet {
  private readonly taken: Set<string>;

  constructor(taken: readonly string[] = []) {
    this.taken = new Set(taken);
  }

  /** `agg`, or where that is taken `agg-b`: a number would look like a daemon's. */
  take(wanted: string): string {
    const plain = wanted
      .replaceAll(/[^A-Za-z0-9_.-]/g, "-")
      .replace(/^[^A-Za-z0-9]+/, "")
      .replace(/[-_.]+$/, "")
      .slice(0, 60);
    const base = plain.length < 2 ? `${plain}daemons` : plain;
    let name = base;
    for (let i = 2; this.taken.has(name); i++) name = `${base}-${i <= 26 ? String.fromCharCode(96 + i) : i}`;
    this.taken.add(name);
    return name;
  }
}

/** What all of the daemons' names begin with, without the number behind it; of one daemon its name, without its host's number. */
export function nameGroup(daemons: readonly SourceDaemon[]): string {
  const [{ name: first, host }] = daemons as [SourceDaemon];
  const number = readHostNumber(host);
  if (daemons.length === 1) return first.endsWith(`-${number}`) ? first.slice(0, -`-${number}`.length) : first;
  let end = first.length;
  for (const { name } of daemons) while (!name.startsWith(first.slice(0, end))) end--;
  return first.slice(0, end).replace(/[0-9]+$/, "") || "daemons";
}
