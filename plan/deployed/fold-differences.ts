import { foldHosts } from "../hostlist/fold";
import { expandHostlist } from "../hostlist/hostlist";
import { readMap, readText } from "../text/read-value";
import { showControls } from "../text/text";
import { type Difference, findDifferences } from "./differences";

/** What several hosts have alike. */
interface Words {
  readonly files: unknown;
  readonly containers: unknown;
}

interface Described {
  readonly hosts: readonly string[];
  readonly words: Words;
}

type Found = Omit<Difference, "hosts">;

/**
 * The differences of one run, host by host, whichever resource says what a host had and has: by the method `fan-out` a host may come to another group,
 * and another group to the name of its own. Those that are the same on several hosts are one.
 */
export class FoldedDifferences {
  private readonly seen: { readonly before: Described; readonly after: Described }[] = [];
  private readonly known = new Map<string, Words>();

  /** What one resource said, and what it is to say; also where these are equal, or one is not there: see `Deployed`. */
  add(before: unknown, after: unknown): void {
    this.seen.push({ before: this.read(before), after: this.read(after) });
  }

  /** Of a host that nothing was known of, or that goes, the steps say enough. */
  get all(): readonly Difference[] {
    const found = new Map<string, { readonly difference: Found; readonly hosts: string[] }>();
    for (const [old, nexts] of this.pairs())
      for (const [next, hosts] of nexts)
        for (const difference of findDifferences(old, next)) {
          const key = JSON.stringify(difference);
          const same = found.get(key);
          if (same) same.hosts.push(...hosts);
          else found.set(key, { difference, hosts: [...hosts] });
        }
    return [...found.values()].map(({ difference, hosts }) => ({ ...difference, hosts: foldHosts(hosts) }));
  }

  /** The hosts of each two words that are not the same: ten thousand hosts have few, and to compare two may take long. */
  private pairs(): Map<Words, Map<Words, string[]>> {
    const had = new Map(this.seen.flatMap(({ before }) => before.hosts.map((host) => [host, before.words])));
    const pairs = new Map<Words, Map<Words, string[]>>();
    for (const { before, after } of this.seen) {
      // Where a run has failed, the group that a host was in still says what it had there.
      const own = new Set(before.hosts);
      for (const host of after.hosts) {
        const old = own.has(host) ? before.words : had.get(host);
        if (old === undefined || old === after.words) continue;
        const nexts = pairs.get(old) ?? new Map<Words, string[]>();
        pairs.set(old, nexts.set(after.words, nexts.get(after.words) ?? []));
        nexts.get(after.words)!.push(host);
      }
    }
    return pairs;
  }

  private read(description: unknown): Described {
    const { hosts, files, containers } = readMap(description);
    const key = JSON.stringify([files, containers]);
    const words = this.known.get(key) ?? { files, containers };
    this.known.set(key, words);
    const list = readText(hosts);
    return { hosts: list === undefined ? [] : expandHostlist(list), words };
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
