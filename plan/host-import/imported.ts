import { expandHostlist } from "../hostlist/hostlist";
import { type ConfigProblem, HostlistError, hostlistProblem } from "../problems/errors";

/** How a host is reached, as far as a file says it. */
export interface ImportedWay {
  readonly address?: string;
  readonly user?: string;
  readonly port?: number;
}

/** What a site's own file of hosts says; a reader fills it, and goes on behind what it cannot read. */
export class ImportedHosts {
  /** In the order of the file. */
  readonly hosts = new Set<string>();
  readonly groups = new Map<string, Set<string>>();
  readonly ways = new Map<string, ImportedWay>();
  readonly notes = new Set<string>();
  readonly problems: ConfigProblem[] = [];

  /** Hosts of a hostlist; none, and a problem, where it cannot be read. @param place `line 7` */
  expand(place: string, text: string): readonly string[] {
    try {
      return expandHostlist(text);
    } catch (error) {
      if (!(error instanceof HostlistError)) throw error;
      this.problems.push(hostlistProblem(place, error));
      return [];
    }
  }

  add(hosts: readonly string[], group?: string): void {
    for (const host of hosts) this.hosts.add(host);
    if (group === undefined) return;
    const members = this.groups.get(group) ?? new Set<string>();
    for (const host of hosts) members.add(host);
    this.groups.set(group, members);
  }

  reach(host: string, way: ImportedWay): void {
    this.ways.set(host, { ...this.ways.get(host), ...way });
  }

  refuse(path: string, message: string, help?: string): void {
    this.problems.push({ path, message, ...(help !== undefined && { help }) });
  }
}

/** The lines that say something, with their places; what stands behind a `#` is left out. */
export function linesOf(text: string): { readonly place: string; readonly line: string }[] {
  const lines = text.split(/\r?\n/).map((line, index) => ({ place: `line ${index + 1}`, line: line.replace(/(^|\s)#.*$/, "").trim() }));
  return lines.filter(({ line }) => line !== "");
}
