import { renderAssignments, sh } from "../../plan/text/shell-script";
import { type ProducerRow, parseControllerTables } from "../chain/controller-tables";

/** What one aggregator says of what flows through it. */
export interface AggregatorFlow {
  readonly producers: readonly ProducerRow[];
  /** That it updates; absent: it does not tell. */
  readonly setsPerSecond?: number;
  /** By the name of the store; empty where it has none, or does not tell. */
  readonly rowsPerSecond: ReadonlyMap<string, number>;
}

/** Waits `seconds` between two looks at the counters; a line of text behind `stat`, `first` or `last`. */
const BODY = sh`
PATH=$PATH:/usr/local/bin
tab=$(printf '\t')
ask() { printf '%b' "$2" | docker exec --interactive "$container" sh -c "timeout 10 $controller" 2>&1 | sed -n "s/^$3/$1$tab&/p"; }
count() {
  printf '%s\t%s\n' "$1-at" "$(cut -d' ' -f1 /proc/uptime)"
  ask "$1" 'update_time_stats\nstore_time_stats\n' '.*'
}
ask stat 'prdcr_status\n' '[^ ].*'
count first
sleep "$seconds"
count last
printf 'end\n'
`;

export interface FlowScriptArgs {
  readonly container: string;
  /** ldmsd_controller and its arguments, as a shell takes them. */
  readonly controller: string;
  /** Between the two looks; 1 or more. */
  readonly seconds: number;
}

/** POSIX sh that changes nothing. The sets of producers, a line each, stay on the host. */
export function renderFlowScript({ container, controller, seconds }: FlowScriptArgs): string {
  return `${renderAssignments({ container, controller, seconds })}${BODY}`;
}

/** @returns undefined where the answer was cut off; a text where the daemon did not answer: its own words */
export function parseFlow(output: string): AggregatorFlow | string | undefined {
  const lines = output.split("\n");
  if (!lines.includes("end")) return undefined;
  const after = (kind: string) => lines.filter((line) => line.startsWith(`${kind}\t`)).map((line) => line.slice(kind.length + 1));
  const said = after("stat");
  if (!said.some((line) => line.startsWith("Name "))) return said.find((line) => line !== "") ?? "ldmsd_controller says nothing";
  const [first, last] = [readCounters(after("first")), readCounters(after("last"))];
  const seconds = Number(after("last-at")[0]) - Number(after("first-at")[0]);
  const rate = (from: number, to: number) => Math.max(0, to - from) / seconds;
  const isTold = first.updates !== undefined && last.updates !== undefined;
  return {
    producers: parseControllerTables(said).producers,
    ...(isTold && { setsPerSecond: rate(first.updates, last.updates) }),
    rowsPerSecond: new Map([...last.rows].map(([name, count]) => [name, rate(first.rows.get(name) ?? 0, count)])),
  };
}

interface Counters {
  /** Sets updated since its start. */
  readonly updates?: number;
  /** Sets stored since its start, by the name of the store. */
  readonly rows: ReadonlyMap<string, number>;
}

/** `all  71.1680  45240.0640  21306.6450  122  0  0` */
const UPDATER = /^\S+ +\S+ +\S+ +\S+ +(\d+) +\d+ +\d+\s*$/;
/** ` <>-+  csv-mem  12.2880  267.5200  1029.8880  1795902237  1795902234  1  4`; the name is the eighth character and on. */
const POLICY = /^[ <>+-]{7}(\S+) +[\d.]+ +[\d.]+ +[\d.]+ +\d+ +\d+ +\d+ +(\d+)\s*$/;

/** Of `store_time_stats` the last table, whose rows of stores stand behind its head and behind the rules that are indented by 7. */
function readCounters(lines: readonly string[]): Counters {
  const rows = new Map<string, number>();
  let [table, updates, isStore] = ["", 0, false];
  for (const line of lines) {
    const [, head] = /^ *(Updater|Schema|- +Thread|Storage Policy) +Min ?\(/.exec(line) ?? [];
    table = head ?? table;
    if (table === "Updater") updates += Number(UPDATER.exec(line)?.[1] ?? 0);
    const [, name, count] = (isStore && POLICY.exec(line)) || [];
    if (name !== undefined) rows.set(name, Number(count));
    isStore = table === "Storage Policy" && /^( {7})?-{8}/.test(line);
  }
  return { ...(lines.some((line) => line.startsWith("Updater ")) && { updates }), rows };
}
