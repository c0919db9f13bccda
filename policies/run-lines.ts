import { FLAGS, VALUED_OPTIONS } from "../plan/container-properties/forms";
import type { RunLine } from "../plan/container-properties/property";
import { shown } from "./shell/engine-calls";
import { findCalls } from "./shell/find-calls";

export interface RunLines {
  readonly runs: readonly RunLine[];
  /** What of the others stands in the way of reading them: "the option `--gpus` of a `docker run`", "`podman run`". */
  readonly unread: readonly string[];
}

/** Every container that a script makes, told by the command line that makes it. */
export function readRunLines(script: string): RunLines {
  const { runs, unread } = findCalls(script);
  const found = runs.flatMap((words) => readRun(words.map(({ text }) => text)) ?? []);
  return {
    runs: found.filter((one) => typeof one !== "string"),
    unread: [...new Set([...found.filter((one) => typeof one === "string"), ...unread])],
  };
}

/** undefined: it has no label, and so no role to be judged in. */
function readRun(texts: readonly (string | undefined)[]): RunLine | string | undefined {
  const unclear = texts.indexOf(undefined);
  if (unclear > 0 && !texts[0]!.startsWith("-")) return undefined;
  if (unclear >= 0) return `word ${unclear + 1} of a \`docker run\``;
  const known = texts as readonly string[];
  const options = new Map<string, string[]>();
  let at = 0;
  for (; known[at]?.startsWith("-"); at++) {
    const [option = "", value] = splitOnce(known[at]!);
    const isFlag = FLAGS.includes(option);
    if ((!isFlag && !VALUED_OPTIONS.includes(option)) || (isFlag && value !== undefined))
      return `the option \`${shown(option)}\` of a \`docker run\``;
    options.set(option, [...(options.get(option) ?? []), isFlag ? "" : (value ?? known[++at] ?? "")]);
  }
  return { options, image: known[at] ?? "", argv: known.slice(at + 1) };
}

/** `--env=A=b` is `--env A=b`. */
function splitOnce(word: string): [option: string, value: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
