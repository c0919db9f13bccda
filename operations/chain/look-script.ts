import { shellLine, shellQuote } from "../../plan/text/shell";

/** A container to look at. */
export interface LookedAt {
  readonly container: string;
  /** Its health check, as its shell takes it. */
  readonly health: string;
  /** Arguments of `munge` where its daemon proves itself by one; absent: it does not. */
  readonly munge?: readonly string[];
  /** Address that has to answer it: of Grafana's data source. */
  readonly url?: string;
}

/** What a host's engine and its containers say. */
export interface LookWords {
  /** The host's clock when it began, in seconds since 1970. */
  readonly nowSeconds: number;
  /** What it took there until it had seen what it tells. */
  readonly tookSeconds: number;
  /** Why the engine does not answer. */
  readonly engineError?: string;
  readonly containers: ReadonlyMap<string, ContainerLook>;
}

export interface ContainerLook {
  /** The engine's word, or `missing`. */
  readonly state: string;
  readonly exitCode: number;
  readonly isOutOfMemory: boolean;
  readonly restarts: number;
  /** Why the engine could not start it. */
  readonly startError: string;
  readonly health?: { readonly code: number; readonly words: string };
  /** Why its munge makes no credential. */
  readonly munge?: string;
  /** Why its address does not answer. */
  readonly url?: string;
  /** The end of the log of one that does not run, or is not healthy. */
  readonly log: readonly string[];
}

const ENGINE_SECONDS = 4;
const HEALTH_SECONDS = 12;
const LOG_LINES = 20;

/** Fields of a container in the order of the parser below. */
const STATE =
  '{{.State.Status}}{{"\\t"}}{{.State.ExitCode}}{{"\\t"}}{{.State.OOMKilled}}{{"\\t"}}{{.RestartCount}}{{"\\t"}}{{.State.Error}}';

/** Shell functions that others' scripts begin with: `limited SECONDS PROGRAM…`, `one_line`, `tell_now`, `state_of CONTAINER`, which ends the script where no engine answers. */
export const LOOK_FUNCTIONS = `PATH=$PATH:/usr/local/bin
tab=$(printf '\\t')
limited() {
  if command -v timeout >/dev/null 2>&1; then timeout "$@"; else shift && "$@"; fi
}
one_line() { tr '\\t\\n' '  ' | cut -c1-300; }
tell_now() { printf 'now\\t%s\\n' "$(date +%s)"; }
tell_now
state_of() {
  said=$(limited ${ENGINE_SECONDS} docker inspect --type container --format ${shellQuote(STATE)} "$1" 2>&1)
  code=$?
  case $code:$said in
  0:*) state=\${said%%"$tab"*} ;;
  124:* | 143:*) printf 'engine\\tno answer within ${ENGINE_SECONDS} s\\nend\\n'; exit ;;
  *[Nn]o\\ such\\ container* | *[Nn]o\\ such\\ object*) state=missing said=missing ;;
  *) printf 'engine\\t%s\\nend\\n' "$(printf '%s' "$said" | one_line)"; exit ;;
  esac
  printf 'state\\t%s\\t%s\\n' "$1" "$said"
}
last_words() { docker logs --tail ${LOG_LINES} "$1" 2>&1 | tr '\\t' ' ' | cut -c1-300 | sed "s/^/log$tab$1$tab/"; }
`;

/** POSIX sh that changes nothing, lines of a kind, a container and a text, divided by tabs. */
export function renderLookScript(containers: readonly LookedAt[]): string {
  return `${LOOK_FUNCTIONS}${containers.map(renderContainer).join("")}tell_now
printf 'end\\n'\n`;
}

function renderContainer({ container, health, munge, url }: LookedAt): string {
  const name = shellQuote(container);
  const run = (...words: readonly string[]) => `limited ${HEALTH_SECONDS} ${shellLine(["docker", "exec", container, ...words])}`;
  const proof =
    munge &&
    `    why=$(${run("munge", "--no-input", ...munge)} 2>&1 >/dev/null) || printf 'munge\\t%s\\t%s\\n' ${name} "$(printf '%s' "$why" | one_line)"\n`;
  const page =
    url &&
    `  why=$(${run("curl", "-sS", "-m", "8", "-o", "/dev/null", url)} 2>&1) || printf 'url\\t%s\\t%s\\n' ${name} "$(printf '%s' "$why" | one_line)"\n`;
  return `state_of ${name}
if [ "$state" = running ]; then
  said=$(${run("sh", "-c", health)} 2>&1 </dev/null)
  code=$?
  printf 'health\\t%s\\t%s\\t%s\\n' ${name} "$code" "$(printf '%s\\n' "$said" | grep . | tail -n 1 | one_line)"
  if [ "$code" != 0 ]; then
${proof ?? ""}    last_words ${name}
  fi
${page ?? ""}elif [ "$state" != missing ]; then last_words ${name}; fi
`;
}

/** @returns undefined where the answer was cut off */
export function parseLook(output: string): LookWords | undefined {
  const rows = output.split("\n").map((line) => line.split("\t"));
  const of = (wanted: string) => rows.flatMap(([kind, ...fields]) => (kind === wanted ? [fields] : []));
  const times = of("now").map(([time]) => Number(time));
  const [now = Number.NaN] = times;
  if (!times.every(Number.isFinite) || Number.isNaN(now) || of("end").length === 0) return undefined;
  const engineError = of("engine")[0]?.[0];
  const said = (kind: string, container: string) => of(kind).filter(([name]) => name === container);
  return {
    nowSeconds: now,
    tookSeconds: times.at(-1)! - now,
    ...(engineError !== undefined && { engineError: engineError.trim() }),
    containers: new Map(
      of("state").map(([container = "", state = "", exitCode = "", isOutOfMemory = "", restarts = "", ...error]) => {
        const [, code, words = ""] = said("health", container)[0] ?? [];
        const munge = said("munge", container)[0]?.[1];
        const url = said("url", container)[0]?.[1];
        const look: ContainerLook = {
          state: state.trim(),
          exitCode: Number(exitCode),
          isOutOfMemory: isOutOfMemory === "true",
          restarts: Number(restarts),
          startError: error.join(" ").trim(),
          ...(code !== undefined && { health: { code: Number(code), words: words.trim() } }),
          ...(munge !== undefined && { munge: munge.trim() }),
          ...(url !== undefined && { url: url.trim() }),
          log: said("log", container)
            .map(([, ...text]) => text.join(" ").trim())
            .filter((line) => line !== ""),
        };
        return [container, look] as const;
      }),
    ),
  };
}
