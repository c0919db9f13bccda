import { shellQuote } from "../../plan/text/shell";

/** What a container in trouble says of itself, oldest first; lines are never empty. */
export interface ContainerWords {
  readonly container: string;
  /** Of its last health check. */
  readonly health: readonly string[];
  /** The end of its log. */
  readonly log: readonly string[];
}

const LOG_LINES = 20;
const LINE_CHARACTERS = 300;

/** Each health check's output as JSON on a line of its own. */
const HEALTH_FORMAT = '{{if .State.Health}}{{range .State.Health.Log}}{{json .Output}}{{"\\n"}}{{end}}{{end}}';

/** POSIX sh, a line a word of theirs: container, kind and text, separated by tabs. */
export function renderTroubleScript(containers: readonly string[]): string {
  return `PATH=$PATH:/usr/local/bin
for name in ${containers.map(shellQuote).join(" ")}; do
  docker inspect --type container --format ${shellQuote(HEALTH_FORMAT)} "$name" 2>/dev/null | grep . | tail -n 1 |
    awk -v name="$name" '{ print name "\\thealth\\t" $0 }'
  docker logs --tail ${LOG_LINES} "$name" 2>&1 | tail -n ${LOG_LINES} | tr '\\t' ' ' | cut -c1-${LINE_CHARACTERS} |
    awk -v name="$name" 'NF { print name "\\tlog\\t" $0 }'
done
`;
}

export function parseTroubles(output: string, containers: readonly string[]): ContainerWords[] {
  const rows = output.split("\n").map((line) => line.split("\t"));
  const of = (container: string, wanted: string) =>
    rows.filter(([name, kind]) => name === container && kind === wanted).map(([, , ...text]) => text.join(" "));
  return containers.map((container) => ({
    container,
    health: of(container, "health").flatMap(parseOutput),
    log: of(container, "log").map((line) => line.trim()),
  }));
}

function parseOutput(json: string): string[] {
  try {
    const lines = String(JSON.parse(json)).split("\n");
    return lines.map((line) => line.replace(/\s+/g, " ").trim().slice(0, LINE_CHARACTERS)).filter((line) => line !== "");
  } catch {
    return [];
  }
}

/** A daemon says why it ends before it says that it ends. */
const REASON = /error|critical|fatal|fail|denied|refus|\bnot\b|cannot|unable|unknown|invalid|missing|no such|abort/i;

/** How an ldmsd that gives up ends, and what each of its ends comes to. @see ldmsd 4.5.3, ldmsd.c, `cleanup` */
const GIVES_UP = /LDMS Daemon exiting\.\.\.status [1-9]/;
const END = /LDMSD_ cleanup end/;
const LDMSD_ERROR = /^(ERROR|CRITICAL): /;

/** Of an ldmsd that gave up its first error, which the others follow from; else the last line that gives a reason, or the last one of all. */
export function pickReason(lines: readonly string[]): string | undefined {
  // What our entrypoints say to do stands behind what is wrong.
  const told = lines.filter((line) => !/^\s*help: /.test(line));
  return firstError(told) ?? told.findLast((line) => REASON.test(line)) ?? told.at(-1);
}

function firstError(lines: readonly string[]): string | undefined {
  const before = lines.slice(
    0,
    Math.max(
      0,
      lines.findLastIndex((line) => GIVES_UP.test(line)),
    ),
  );
  return before.slice(before.findLastIndex((line) => END.test(line)) + 1).find((line) => LDMSD_ERROR.test(line));
}
