import type { HostChanges, HostColumns, HostLetter } from "../../api";

/** The worst first: what a person is to see first. */
export const LETTERS = ["x", "d", "u", "o"] as const satisfies readonly HostLetter[];

/** What is known of every host, a column each; a host is its index. Changed in place: ten thousand records a quarter of a second are too many. */
export class HostTable {
  readonly names: readonly string[];
  readonly groups: readonly number[];
  /** Index into LETTERS. */
  readonly ranks: Uint8Array;
  readonly reasons: string[];
  readonly seen: Float64Array;

  constructor({ names, groups, letters, reasons, texts, seen }: HostColumns) {
    this.names = names;
    this.groups = groups;
    this.ranks = Uint8Array.from(letters, rankOf);
    this.reasons = reasons.map((text) => texts[text] ?? "");
    this.seen = Float64Array.from(seen);
  }

  get size(): number {
    return this.names.length;
  }

  change({ seen, unseen, index, letters, reasons }: HostChanges): void {
    const before = unseen.map((host) => this.seen[host] ?? 0);
    this.seen.fill(seen);
    for (const [i, host] of unseen.entries()) this.seen[host] = before[i]!;
    for (const [i, host] of index.entries()) {
      this.ranks[host] = rankOf(letters.charAt(i));
      this.reasons[host] = reasons[i] ?? "";
    }
  }

  counts(): readonly number[] {
    const counts = LETTERS.map(() => 0);
    for (const rank of this.ranks) counts[rank]!++;
    return counts;
  }
}

function rankOf(letter: string): number {
  const rank = (LETTERS as readonly string[]).indexOf(letter);
  return rank === -1 ? LETTERS.indexOf("u") : rank;
}

export interface HostChoice {
  /** Letters that are shown; empty: all. */
  readonly letters: string;
  /** A part of the name, or of what is said of the host. */
  readonly text: string;
  /** In the place of a text that is a hostlist. */
  readonly names: ReadonlySet<string> | undefined;
  /** Index of a group; undefined: all. */
  readonly group: number | undefined;
  readonly order: "worst" | "name";
}

/** The hosts that are asked for, as indices; the worst first or as the plan has them, those alike always as the plan has them. */
export function chooseHosts(table: HostTable, { letters, text, names, group, order }: HostChoice): Uint32Array {
  const wanted = LETTERS.map((letter) => letters === "" || letters.includes(letter));
  const words = text.trim().toLowerCase();
  const isChosen = (host: number) =>
    wanted[table.ranks[host]!]! &&
    (group === undefined || table.groups[host] === group) &&
    (names ? names.has(table.names[host]!) : matches(table, host, words));
  const buckets: number[][] = LETTERS.map(() => []);
  for (let host = 0; host < table.size; host++) if (isChosen(host)) buckets[order === "worst" ? table.ranks[host]! : 0]!.push(host);
  const chosen = new Uint32Array(buckets.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const bucket of buckets) {
    chosen.set(bucket, at);
    at += bucket.length;
  }
  return chosen;
}

function matches(table: HostTable, host: number, words: string): boolean {
  return words === "" || table.names[host]!.toLowerCase().includes(words) || table.reasons[host]!.toLowerCase().includes(words);
}
