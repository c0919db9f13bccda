import type { PlannedSubscription } from "../../plan/model/daemon";
import { shellLine } from "../../plan/text/shell";

/** What an aggregator's own tools and its container say of it. */
export interface AggregatorWords {
  /** `set_stats` and `prdcr_stats` by name: `{ mem_total_kb: 512, … }`; empty where the daemon did not answer. */
  readonly stats: Readonly<Record<string, number>>;
  /** The first line of ldmsd_controller where it gives no figure; empty where it does, and where it says nothing. */
  readonly complaint: string;
  /** Sets that it has refused in the last moments for want of memory; each is tried again and again, and logged each time. */
  readonly refused: readonly string[];
  /** Brokers that it has tried in vain in the last moments: `kafka1:9092: Connect to ipv4#10.0.0.9:9092 failed: Connection refused`. */
  readonly unreached: readonly string[];
  /** How many have come since its start, by the name of the stream or the tag of the messages. */
  readonly received: ReadonlyMap<string, number>;
  /** Producers that it is not connected to, as `host:port`, where they were asked for. */
  readonly unconnected: readonly string[];
  /** What its health check says now; the last line of it. */
  readonly health: string;
  readonly isHealthy: boolean;
}

export interface AggregatorArgs {
  readonly container: string;
  /** ldmsd_controller and its arguments. */
  readonly controller: readonly string[];
  /** The container's health check, as its shell takes it. */
  readonly health: string;
  readonly subscriptions?: readonly PlannedSubscription[];
  /** Each producer's state is of interest: some are not the stack's own daemons. */
  readonly asksProducers?: boolean;
  /** For all that it knows of its producers, their sets, its updaters and its stores, and why a producer is not connected; behind a look's functions. */
  readonly asksChain?: boolean;
}

/** Tables of ldmsd_controller, in an order that leaves no doubt which is which. */
const CHAIN_QUESTIONS = ["prdcr_status", "prdcr_set_status", "updtr_status", "strgp_status"];
/** Lines of ldmsd's log at its default level, ERROR. */
const CHAIN_LOG = [
  String.raw`s/.*Producer \([^ ]*\) rejected the connection (.*/rejected$tab\1/p`,
  String.raw`s/.*Hostname '\([^']*\)' not resolved.*/unresolved$tab\1/p`,
  String.raw`s/.*munge_decode() failed\. \(.*\)/munge-said$tab\1/p`,
  String.raw`s/.*Failed to encode MUNGE\. \(.*\)/munge-said$tab\1/p`,
];

/** Of ldmsd_controller; each says an error where the service is off. */
const QUESTIONS: Readonly<Record<PlannedSubscription["service"], string>> = { stream: "stream_status", message: "msg_stats" };

const LOG_SECONDS = 30;
const LOG_LINES = 5000;

/** librdkafka's line on the daemon's standard error: `%3|1795872583.341|FAIL|rdkafka#producer-1| [thrd:…]: kafka1:9092/bootstrap: Connect to … (after 0ms in …)`. */
const UNREACHED = String.raw`s/.*|FAIL|rdkafka#[^|]*| \[thrd:[^]]*\]: \([^ ]*\): \(.*\) (after .*/unreached$tab\1: \2/p`;

/** A row of prdcr_status: `n1 node-1 411 sock munge 1 -1 -1 DISCONNECTED active`. */
const UNCONNECTED = String.raw`s/^[^ ][^ ]*  *\([^ ][^ ]*\)  *\([0-9][0-9]*\) .* \(STOPPED\|STOPPING\|STANDBY\|CONNECTING\|DISCONNECTED\) .*/unconnected$tab\1:\2/p`;

/** POSIX sh of the aggregator's host, lines of a kind and a text divided by a tab. */
export function renderAggregatorScript({
  container,
  controller,
  health,
  subscriptions = [],
  asksProducers = false,
  asksChain = false,
}: AggregatorArgs): string {
  const run = shellLine(["docker", "exec", "--interactive", container]);
  const logs = shellLine(["docker", "logs", "--since", `${LOG_SECONDS}s`, "--tail", String(LOG_LINES), container]);
  const producers = `printf 'prdcr_status\\n' | ${run} ${shellLine(["timeout", "10", ...controller])} 2>&1 | sed -n "${UNCONNECTED}"\n`;
  const services = new Set(subscriptions.map(({ service }) => QUESTIONS[service]));
  const questions = ["set_stats", "prdcr_stats", ...services, ...(asksChain ? CHAIN_QUESTIONS : [])];
  // The controller prints times of its own time zone.
  const ask = shellLine([...(asksChain ? ["env", "TZ=UTC0"] : []), "timeout", "10", ...controller]);
  const logged = asksChain ? CHAIN_LOG.map((expression) => ` -e "${expression}"`).join("") : "";
  return `PATH=$PATH:/usr/local/bin
tab=$(printf '\\t')
${asksProducers ? producers : ""}printf '${questions.join("\\n")}\\n' | ${run} ${ask} 2>&1 | sed "s/^/stat$tab/"
${asksChain ? "tell_now\n" : ""}${logs} 2>&1 | sed -n -e "s/.*Set memory allocation failure in lookup of set '\\([^']*\\)'.*/refused$tab\\1/p" -e "${UNREACHED}"${logged} | sort -u
said=$(${run} ${shellLine(["sh", "-c", health])} 2>&1 </dev/null)
printf 'code\\t%s\\n' "$?"
printf '%s\\n' "$said" | sed "s/^/health$tab/"
`;
}

export function parseAggregatorWords(output: string): AggregatorWords {
  const rows = output.split("\n").map((line) => line.split("\t"));
  const of = (wanted: string) => rows.filter(([kind]) => kind === wanted).map(([, ...text]) => text.join("\t").trim());
  const said = of("stat");
  const stats = said.flatMap((line) => {
    const [, name, number] = /^([a-z_]+) +([0-9]+)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, Number(number)] as const];
  });
  return {
    stats: Object.fromEntries(stats),
    complaint: stats.length > 0 ? "" : (said.find((line) => line !== "") ?? ""),
    refused: of("refused"),
    unreached: [...new Set(of("unreached").map((text) => text.replace(/\/[^:/]*: /, ": ")))],
    received: parseReceived(said),
    unconnected: of("unconnected"),
    health: of("health").findLast((line) => line !== "") ?? "",
    isHealthy: of("code")[0] === "0",
  };
}

/**
 * `stream_status` has a stream's name on a line of its own, `(not subscribed)` where no plugin of the daemon takes it, and `received` below it with the count
 * as the fifth word; `msg_stats` a line a tag, with the bytes and the count behind it.
 */
function parseReceived(lines: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let stream = "";
  for (const line of lines) {
    stream = /^(\S+)(?: \((?:not )?subscribed\))?$/.exec(line)?.[1] ?? stream;
    const [, received] = /^received +\S+ +\S+ +\S+ +([0-9]+)\b/.exec(line) ?? [];
    const [, tag = "", messages] = /^(\S+) +[0-9]+ +([0-9]+) +[0-9]{2}-[0-9]{2}-[0-9]{2} /.exec(line) ?? [];
    if (received !== undefined && !found.has(stream)) found.set(stream, Number(received));
    if (messages !== undefined) found.set(tag, Number(messages));
  }
  return found;
}
