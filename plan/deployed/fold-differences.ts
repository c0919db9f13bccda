import { foldHosts } from "../hostlist/fold";
import { expandHostlist } from "../hostlist/hostlist";
import { readMap, readText } from "../text/read-value";
import { showControls } from "../text/text";
import { type Difference, findDifferences } from "./differences";
import { compareIds, foldIdChanges, type IdChange, readIds, toldTheirId } from "./id-differences";

/** What several hosts have alike. */
interface Words {
  readonly files: unknown;
  readonly containers: unknown;
}

interface Described {
  readonly hosts: readonly string[];
  readonly words: Words;
  readonly ids: ReadonlyMap<string, number>;
}

/** Hosts of which something is known before and behind a run. */
interface Kept {
  readonly host: string;
  readonly old: Described;
  readonly next: Described;
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
    const kept = this.keptHosts();
    return [...foldWords(kept), ...foldIds(kept)];
  }

  private keptHosts(): Kept[] {
    const had = new Map(this.seen.flatMap(({ before }) => before.hosts.map((host) => [host, before])));
    return this.seen.flatMap(({ before, after }) => {
      // Where a run has failed, the group that a host was in still says what it had there.
      const own = new Set(before.hosts);
      return after.hosts.flatMap((host) => {
        const old = own.has(host) ? before : had.get(host);
        return old === undefined ? [] : [{ host, old, next: after }];
      });
    });
  }

  private read(description: unknown): Described {
    const { hosts, files, containers, componentIds } = readMap(description);
    const key = JSON.stringify([files, containers]);
    const words = this.known.get(key) ?? { files, containers };
    this.known.set(key, words);
    const list = readText(hosts);
    return { hosts: list === undefined ? [] : expandHostlist(list), words, ids: readIds(componentIds) };
  }
}

/** Two words are compared once for all hosts that have them: ten thousand hosts have few, and to compare two may take long. */
function foldWords(kept: readonly Kept[]): Difference[] {
  const pairs = new Map<Words, Map<Words, string[]>>();
  for (const { host, old, next } of kept) {
    if (old.words === next.words) continue;
    const nexts = pairs.get(old.words) ?? new Map<Words, string[]>();
    pairs.set(old.words, nexts);
    append(nexts, next.words, host);
  }
  const found = new Map<string, { readonly difference: Found; readonly hosts: string[] }>();
  for (const [old, nexts] of pairs)
    for (const [next, hosts] of nexts)
      for (const difference of findDifferences(old, next)) {
        const key = JSON.stringify(difference);
        const same = found.get(key);
        if (same) same.hosts.push(...hosts);
        else found.set(key, { difference, hosts: [...hosts] });
      }
  return [...found.values()].map(({ difference, hosts }) => ({ ...difference, hosts: foldHosts(hosts) }));
}

function foldIds(kept: readonly Kept[]): Difference[] {
  const changes = new Map<string, IdChange[]>();
  for (const { host, old, next } of kept) {
    if (old.ids.size + next.ids.size === 0) continue;
    const change = compareIds(host, old.ids, next.ids);
    if (change === undefined) continue;
    const before = toldTheirId(old.words.containers);
    for (const container of toldTheirId(next.words.containers).filter((name) => before.includes(name))) append(changes, container, change);
  }
  return [...changes].map(([container, found]) => foldIdChanges(container, found));
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
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
