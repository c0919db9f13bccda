import { shellQuote } from "../../plan/text/shell";
import { renderLimited } from "../common/limited";

/** Longest that the engine may take to ask a registry, in seconds; a registry that lets packets vanish takes the engine longer. */
const ASK_SECONDS = 8;
/** For all of them: they are asked at once. */
export const REGISTRY_SECONDS = ASK_SECONDS + 2;

/**
 * Read-only POSIX sh that has the host's engine ask registries for images, all at once; nothing is pulled. It is the engine that pulls, by its own proxy, mirrors,
 * certificates and insecure registries, so it is asked itself: `docker manifest inspect` asks past it, and without `--insecure` says of every image in a
 * registry of plain HTTP that there is none.
 *
 * @param references `198.18.0.5:5000/ovishpc/ldms-samp:4.5.3`
 * @see https://docs.docker.com/reference/api/engine/version/v1.45/#operation/DistributionInspect
 */
export function renderRegistryScript(references: readonly string[]): string {
  return `set -u
LC_ALL=C PATH=$PATH:/usr/local/bin:/usr/sbin:/sbin
export LC_ALL PATH
${renderLimited(ASK_SECONDS)}# A connection that is closed on our side ends the engine's question: a sleep keeps it open, which nobody waits for.
ask() {
  said=$({ printf 'GET /distribution/%s/json HTTP/1.0\\r\\nHost: docker\\r\\n\\r\\n' "$1"; sleep ${ASK_SECONDS} 2>/dev/null & } |
    limited docker system dial-stdio 2>/dev/null)
  printf 'asked\\t%s\\t%s\\t%s\\n' "$1" $? "$(printf '%s' "$said" | tr '\\t\\r\\n' '   ' | cut -c1-1000)"
}
for reference in ${references.map(shellQuote).join(" ")}; do ask "$reference" & done
wait
`;
}

/** What a registry said of one image. */
export interface RegistryAnswer {
  readonly reference: string;
  /** `unreachable`: nobody answers as a registry; `unknown`: it asks who is there, the login of `docker login` is not the engine's; or the engine is too old. */
  readonly kind: "there" | "missing" | "unreachable" | "unknown";
  /** The engine's words, for `unreachable`. */
  readonly reason: string;
}

/** Exit codes of timeout(1): coreutils, busybox. */
const TIMED_OUT = ["124", "143"];

export function parseRegistryAnswers(output: string): RegistryAnswer[] {
  return output.split("\n").flatMap((line): RegistryAnswer[] => {
    const [kind, reference, code = "", said = ""] = line.split("\t");
    return kind === "asked" && reference !== undefined ? [{ reference, ...readAnswer(code, said) }] : [];
  });
}

function readAnswer(code: string, said: string): Pick<RegistryAnswer, "kind" | "reason"> {
  const status = Number(/^HTTP\/1\.[01] ([0-9]{3}) /.exec(said)?.[1]);
  if (status === 200) return { kind: "there", reason: "" };
  if (status === 404) return { kind: "missing", reason: "" };
  if (status >= 500) return { kind: "unreachable", reason: readReason(said) };
  const isSilent = Number.isNaN(status) && TIMED_OUT.includes(code);
  return isSilent ? { kind: "unreachable", reason: `no answer within ${ASK_SECONDS} s` } : { kind: "unknown", reason: "" };
}

/** `dial tcp: lookup reg.site on 127.0.0.11:53: no such host` */
function readReason(said: string): string {
  const message = /"message":"((?:[^"\\]|\\.)*)"/.exec(said)?.[1] ?? said;
  return message
    .replaceAll('\\"', '"')
    .replace(/^(Get|Head) "[^"]*": /, "")
    .trim();
}
