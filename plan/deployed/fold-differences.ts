import { foldHosts } from "../hostlist/fold";
import { expandHostlist } from "../hostlist/hostlist";
import { readMap, readText } from "../text/read-value";
import { showControls } from "../text/text";
import { type Difference, findDifferences } from "./differences";

/** The differences of one run: those that are the same on several hosts are one. */
export class FoldedDifferences {
  private readonly found = new Map<string, { readonly difference: Omit<Difference, "hosts">; readonly hosts: Set<string> }>();

  /** What one description and the next one say: see `findDifferences`. */
  add(before: unknown, after: unknown): void {
    const hosts = expandHostlist(readText(readMap(after)["hosts"]) ?? "");
    for (const difference of findDifferences(before, after)) {
      const key = JSON.stringify(difference);
      const known = this.found.get(key);
      if (known) for (const host of hosts) known.hosts.add(host);
      else this.found.set(key, { difference, hosts: new Set(hosts) });
    }
  }

  get all(): readonly Difference[] {
    return [...this.found.values()].map(({ difference, hosts }) => ({ ...difference, hosts: foldHosts([...hosts]) }));
  }
}

/** A diff is cut here where people read it; JSON has it all. */
const MOST_LINES = 200;

/** A line for each, with what it says in front of those of its diff. */
export function renderDifferences(differences: readonly Difference[]): string[] {
  return differences.flatMap((difference) => {
    const lines = difference.diff === "" ? [] : difference.diff.split("\n");
    const more = lines.length > MOST_LINES ? [`… ${lines.length - MOST_LINES} more lines`] : [];
    return [renderHead(difference), ...[...lines.slice(0, MOST_LINES), ...more].map((line) => `  ${showControls(line)}`)];
  });
}

function renderHead({ kind, name, hosts, change, restarts, notes }: Difference): string {
  const what = kind === "file" ? name : `docker run of ${name}`;
  const said = [...(change === "changed" ? notes : [change])].join(", ");
  const effect = restarts === undefined || change === "removed" ? "" : ` (replaces ${restarts})`;
  return `${hosts}: ${what}${said === "" ? "" : `: ${said}`}${effect}`;
}
