import { FLAGS, VALUED_OPTIONS } from "../plan/container-properties/forms";
import type { RunLine } from "../plan/container-properties/property";
import { HOST_NAME, HOST_NUMBER, SPEC_LABEL } from "../plan/containers/spec-hash";
import { SET_HOST_NUMBER, SET_OWN_ID } from "../plan/hosts/component-id";
import { shown } from "./shell/engine-calls";
import { findCalls } from "./shell/find-calls";
import type { ShellWord } from "./shell/read-word";

export interface RunLines {
  readonly runs: readonly RunLine[];
  /** What of the others stands in the way of reading them: "the option `--gpus` of a `docker run`", "`podman run`". */
  readonly unread: readonly string[];
}

/** The words of the plan's own scripts that only a shell can tell; a mirror is one host's, so the image is read without. */
const OF_THE_HOST = /^([A-Z_]+=)\$(number|host)$/;
/** An id of the host's own goes behind the hash, which no rule reads. */
const SPEC_OF_THE_HOST = new RegExp(`^(${SPEC_LABEL.replace(".", "\\.")}=[0-9a-f]+)\\$own$`);
const MIRRORED = /^\$\{mirror:(?:\+\$mirror\/|-([^$`\\}]*))\}([^$`\\]*)$/;

/** How the plan's own scripts set them. Set otherwise, one could be more words than one. */
const OWN_ASSIGNMENTS = [
  ...["host=$1", "mirror=", "mirror=$4"],
  ...`${SET_HOST_NUMBER}\n${SET_OWN_ID}`.split("\n").flatMap((line) => line.match(/(?<=^|\) | )(number|own)=\S*/g) ?? []),
];

/** Every container that a script makes, told by the command line that makes it. */
export function readRunLines(script: string): RunLines {
  const { runs, unread, assigned } = findCalls(script);
  const isOwn = assigned.every((one) => !/^(number|own|host|mirror)\+?=/.test(one) || OWN_ASSIGNMENTS.includes(one));
  const found = runs.flatMap((words) => readRun(words.map(isOwn ? readText : ({ text }) => text)) ?? []);
  return {
    runs: found.filter((one) => typeof one !== "string"),
    unread: [...new Set([...found.filter((one) => typeof one === "string"), ...unread])],
  };
}

function readText({ source, text }: ShellWord): string | undefined {
  if (text !== undefined) return text;
  const [, assigned, variable] = OF_THE_HOST.exec(source) ?? [];
  if (assigned !== undefined) return assigned + (variable === "number" ? HOST_NUMBER : HOST_NAME);
  const [, spec] = SPEC_OF_THE_HOST.exec(source) ?? [];
  if (spec !== undefined) return spec;
  const [whole, registry = "", rest = ""] = MIRRORED.exec(source) ?? [];
  return whole === undefined ? undefined : registry + rest;
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
