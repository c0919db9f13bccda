import { HOST_NAME, HOST_NUMBER } from "../plan/spec-hash";

/** A `docker run` of a script, in the words that the shell hands over. */
export interface RunLine {
  /** Values by option, `--env`; a flag's is empty. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly image: string;
  readonly argv: readonly string[];
}

export interface RunLines {
  readonly runs: readonly RunLine[];
  /** What of the others stands in the way of reading them: "the option `--gpus`". */
  readonly unread: readonly string[];
}

/** Those that have a meaning for the rules, or none; with any other one a container could be what they forbid. */
const FLAGS = ["--detach", "--privileged", "--read-only"];
const VALUED = [
  ...["--name", "--network", "--pid", "--ipc", "--uts", "--userns", "--volumes-from"],
  ...["--entrypoint", "--restart", "--stop-timeout", "--env", "--label", "--volume"],
  ...["--cap-add", "--cap-drop", "--device", "--tmpfs", "--security-opt", "--ulimit", "--memory", "--log-driver", "--log-opt"],
  ...["--health-cmd", "--health-interval", "--health-timeout", "--health-start-period", "--health-retries"],
];

const RUN = /\bdocker (?:container )?(?:run|create)\b/g;

/** The words in which the plan's own scripts are written; a mirror is one host's, so the image is read without. */
const PARTS: readonly (readonly [RegExp, (match: RegExpExecArray) => string])[] = [
  [/'([^']*)'/y, ([, text = ""]) => text],
  [/\\(.)/y, ([, character = ""]) => character],
  [/"\$\{mirror:(?:\+\$mirror\/|-([^"$`\\}]*))\}([^"$`\\]*)"/y, ([, registry = "", rest = ""]) => registry + rest],
  [/"([^"$`\\]*)"/y, ([, text = ""]) => text],
  [/\$number\b/y, () => HOST_NUMBER],
  [/\$host\b/y, () => HOST_NAME],
  [/[^\s'"\\$`;&|<>(){}*?[\]#~!]+/y, ([text]) => text],
];

/** Every container that a script makes, told by the command line that makes it. */
export function readRunLines(script: string): RunLines {
  const found = [...script.matchAll(RUN)].map(({ index, 0: { length } }) => readRun(readWords(script, index + length)));
  return {
    runs: found.filter((one) => typeof one !== "string"),
    unread: found.filter((one) => typeof one === "string"),
  };
}

/** Up to the end of the command; undefined in the place of the first word that only a shell could tell. */
function readWords(script: string, from: number): (string | undefined)[] {
  const words: (string | undefined)[] = [];
  for (let at = from, word: string | undefined; ; ) {
    const next = script[at];
    if (next === " ") {
      if (word !== undefined) words.push(word);
      word = undefined;
      at++;
    } else if (next === undefined || next === ";" || next === "\n") {
      return word === undefined ? words : [...words, word];
    } else {
      const part = readPart(script, at);
      if (!part) return [...words, undefined];
      word = (word ?? "") + part.text;
      at = part.end;
    }
  }
}

function readPart(script: string, at: number): { readonly text: string; readonly end: number } | undefined {
  for (const [pattern, textOf] of PARTS) {
    pattern.lastIndex = at;
    const match = pattern.exec(script);
    if (match) return { text: textOf(match), end: pattern.lastIndex };
  }
  return undefined;
}

function readRun(words: readonly (string | undefined)[]): RunLine | string {
  const unclear = words.indexOf(undefined);
  if (unclear >= 0) return `word ${unclear + 1} of a \`docker run\``;
  const known = words as readonly string[];
  const options = new Map<string, string[]>();
  let at = 0;
  for (; known[at]?.startsWith("-"); at++) {
    const [option = "", value] = splitOnce(known[at]!);
    const isFlag = FLAGS.includes(option);
    if ((!isFlag && !VALUED.includes(option)) || (isFlag && value !== undefined)) return `the option \`${option}\` of a \`docker run\``;
    options.set(option, [...(options.get(option) ?? []), isFlag ? "" : (value ?? known[++at] ?? "")]);
  }
  return { options, image: known[at] ?? "", argv: known.slice(at + 1) };
}

/** `--env=A=b` is `--env A=b`. */
function splitOnce(word: string): [option: string, value: string | undefined] {
  const at = word.indexOf("=");
  return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}
