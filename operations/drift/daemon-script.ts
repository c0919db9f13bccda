import { shellLine, shellQuote } from "../../plan/text/shell";
import { renderEachFound } from "../observe/inspect-own";

/** A daemon that is asked what it really runs. */
export interface AskedDaemon {
  readonly container: string;
  /** ldmsd_controller and its arguments. */
  readonly controller: readonly string[];
  /** ldms_ls and its arguments; absent where it samples nothing itself. */
  readonly list?: readonly string[];
}

/** What a daemon says of its plugins and of the sets that they make. */
export interface DaemonWords {
  /** Of its host, in seconds since 1970. */
  readonly nowSeconds: number;
  /** By the name that each was loaded with. */
  readonly plugins: ReadonlyMap<string, RunningPlugin>;
  /** By instance; those of its own plugins alone. */
  readonly sets: ReadonlyMap<string, RunningSet>;
  /** Why it does not say; the first line of its tools. */
  readonly complaint?: string;
}

export interface RunningPlugin {
  /** `meminfo` of an instance that has another name. */
  readonly plugin: string;
  readonly kind: "sampler" | "store";
  /** Instances of its sets. */
  readonly sets: readonly string[];
}

export interface RunningSet {
  /** It has been sampled, as a whole. */
  readonly isConsistent: boolean;
  /** When, in seconds since 1970; 0: never. */
  readonly sampledAt: number;
  /** What its plugin was started with, in microseconds; absent where it does not say. */
  readonly intervalUs?: number;
  readonly offsetUs?: number;
}

/** Both tools together, on top of what each is given. */
const TOOL_SECONDS = 8;
/** For two tools a daemon. */
export const DAEMON_SECONDS = 2 * TOOL_SECONDS + 2;

/** Behind `found`, what the engine says of the containers. */
export const DAEMON_FUNCTIONS = `tab='	'
is_running() { # is_running NAME
  is_not=1
  ${renderEachFound(`case $line in "container$tab$1$tab"*"\${tab}running$tab"* | "container$tab/$1$tab"*"\${tab}running$tab"*) is_not=0 ;; esac`)}
  return $is_not
}
`;

/** One process in the container asks all that is asked there. A tool's exit code says nothing: what it prints does, and what the engine says in their place. */
export function renderAskDaemon({ container, controller, list }: AskedDaemon): string {
  const inside = [
    `printf "plugn_status\\nplugn_sets\\n" | timeout ${TOOL_SECONDS} ${shellLine(controller)} 2>&1 | sed "s/^/said\tplugins /"`,
    ...(list ? [`timeout ${TOOL_SECONDS} ${shellLine(list)} 2>&1 | sed "s/^/said\tsets /"`] : []),
  ];
  return `if is_running ${shellQuote(container)}; then
  printf 'asked\\t%s\\t%s\\t%s\\n' ${shellQuote(container)} "$(date +%s)" ${list ? "sets" : "''"}
  ${shellLine(["docker", "exec", container, "sh", "-c", inside.join("; ")])} 2>&1 </dev/null
fi
`;
}

/** Of `plugn_status`: `vm2  vmstat  sampler[S]  /opt/ovis/lib/ovis-ldms/libvmstat.so`. */
const PLUGIN = /^(\S+)\s+(\S+)\s+(sampler|store)\[[MS]\](\s|$)/;
const PLUGIN_HEAD = /^Config Name\s/;
/** Of `ldms_ls -v`: `vmstat  n1/vm2  CL  10680  1648  0  0  0 -r--r----- 1795913860.105735  0.000067 "updt_hint_us"="5000000:0"`. */
const SET = /^\S+\s+(\S+)\s+(C?)L(?:\s+\d+){5}\s+\S+\s+([\d.]+)\s+[\d.]+(.*)$/;
const SET_HEAD = /^Schema\s+Instance\s/;
const HINT = /"updt_hint_us"="(\d+):(-?\d*)/;

type Told = {
  readonly nowSeconds: number;
  readonly asksSets: boolean;
  readonly plugins: string[];
  readonly sets: string[];
  readonly rest: string[];
};

export function parseDaemonWords(lines: readonly string[]): ReadonlyMap<string, DaemonWords> {
  const told = new Map<string, Told>();
  let last: Told | undefined;
  for (const line of lines) {
    const [kind, text = "", now = "", more] = line.split("\t");
    if (kind === "asked") {
      last = { nowSeconds: Number(now), asksSets: more === "sets", plugins: [], sets: [], rest: [] };
      told.set(text, last);
    }
    if (kind === "asked" || kind === "end" || !last) continue;
    const [, to, said = ""] = /^said\t(plugins|sets) (.*)$/.exec(line) ?? [];
    if (to === undefined) last.rest.push(line);
    else last[to as "plugins" | "sets"].push(said);
  }
  return new Map([...told].map(([container, words]) => [container, readWords(words)]));
}

function readWords({ nowSeconds, asksSets, plugins, sets, rest }: Told): DaemonWords {
  const complaint = complainOf(PLUGIN_HEAD, [...plugins, ...rest]) ?? (asksSets ? complainOf(SET_HEAD, [...sets, ...rest]) : undefined);
  return { nowSeconds, plugins: readPlugins(plugins), sets: new Map(sets.flatMap(readSet)), ...(complaint !== undefined && { complaint }) };
}

/** What a tool says that does not print its table, which has a head where it is empty, too. */
function complainOf(head: RegExp, lines: readonly string[]): string | undefined {
  if (lines.some((line) => head.test(line))) return undefined;
  return lines.map((line) => line.trim()).find((line) => line !== "") ?? `no answer within ${TOOL_SECONDS} s`;
}

/** The table, and below it `vm2:` with an instance a line for each plugin that has sets. */
function readPlugins(lines: readonly string[]): Map<string, RunningPlugin> {
  const found = new Map<string, RunningPlugin & { readonly sets: string[] }>();
  let last: string[] | undefined;
  for (const line of lines) {
    const [, name, plugin = "", kind] = PLUGIN.exec(line) ?? [];
    if (name !== undefined) found.set(name, { plugin, kind: kind as RunningPlugin["kind"], sets: [] });
    const [, head] = /^(\S+):\s*$/.exec(line) ?? [];
    if (head !== undefined) last = found.get(head)?.sets;
    else if (/^\s+\S+\s*$/.test(line)) last?.push(line.trim());
  }
  return found;
}

function readSet(line: string): (readonly [string, RunningSet])[] {
  const [, instance, consistent, time, info = ""] = SET.exec(line) ?? [];
  if (instance === undefined) return [];
  const [, interval, offset] = HINT.exec(info) ?? [];
  const hint = { ...(interval !== undefined && { intervalUs: Number(interval) }), ...(offset && { offsetUs: Number(offset) }) };
  return [[instance, { isConsistent: consistent === "C", sampledAt: Number(time), ...hint }]];
}
