import { factsOfRun } from "../plan/container-properties/forms";
import type { RunLine } from "../plan/container-properties/property";
import { HOST_NAME, HOST_NUMBER } from "../plan/containers/spec-hash";
import { isContentLine } from "../plan/delivery/content-line";
import { readTargets } from "../plan/fan-out/head-tools";
import { readHostNumber } from "../plan/hosts/component-id";
import type { ContainerFacts, ImageFacts } from "../plan/rules/facts";
import { readMap, readText, readTexts } from "../plan/text/read-value";
import { shellLine } from "../plan/text/shell";
import { type RunLines, readRunLines } from "./run-lines";
import { hostOf, ifKnown, keepRead, readInput, type SeenResource } from "./seen-resource";

const SCRIPT_KEYS = ["create", "update", "delete"] as const;

/** What a command runs. */
function readScripts({ props }: SeenResource): string[] {
  return [...new Set(SCRIPT_KEYS.flatMap((key) => readText(readInput(props, key)) ?? []))];
}

/** The `docker run` lines of its scripts, and of what these may run: their environment and their stdin, and the program that they are given to. */
export function readCommandRuns({ props }: SeenResource): RunLines {
  return readRuns(props, (key) => ifKnown(() => readInput(props, key)));
}

function readRuns(props: SeenResource["props"], readScript: (key: string) => unknown): RunLines {
  const [create, update, remove] = SCRIPT_KEYS.map((key) => readText(readScript(key)));
  const read = (key: string) => ifKnown(() => readInput(props, key));
  const environment = Object.values(readMap(read("environment")))
    .map(String)
    .join("\n");
  const interpreter = shellLine(readTexts(read("interpreter")));
  return readKeptRuns(create, update, remove, readText(read("stdin")), environment, SHELL_LINE.test(interpreter) ? "" : interpreter);
}

const SHELL_LINE = /^(\/(usr\/)?bin\/)?(ba|da)?sh -c$/;

const readKeptRuns = keepRead(
  (create?: string, update?: string, remove?: string, stdin = "", environment = "", interpreter = ""): RunLines => {
    const fed = stdin.split("\n").filter((line) => !isContentLine(line));
    const scripts = new Set([create, update, remove, fed.join("\n"), environment, interpreter]);
    const read = [...scripts].map((script) => readRunLines(script ?? ""));
    return { runs: read.flatMap(({ runs }) => runs), unread: [...new Set(read.flatMap(({ unread }) => unread))] };
  },
);

/** The hosts that a batch names, or the one whose name the resource has. */
export function hostsOfCommand(resource: SeenResource): readonly string[] {
  return targetsOf(resource).map(({ name }) => name);
}

function targetsOf(resource: SeenResource): ReturnType<typeof readTargets> {
  const targets = readScripts(resource).flatMap((script) => readKeptTargets(script));
  return targets.length > 0 ? targets : [{ name: hostOf(resource.name, "files") }];
}

/** The reverse of plan/docker-run/docker-run.ts: the containers that a batch makes, on each of its hosts. */
export function factsOfScript(resource: SeenResource): ContainerFacts[] {
  const runs = runsOf(resource).map(factsOfRun);
  if (runs.length === 0) return [];
  return targetsOf(resource).flatMap(({ name: host, componentId }) => {
    const words = { [HOST_NUMBER]: componentId ?? String(readHostNumber(host) ?? ""), [HOST_NAME]: host };
    return runs.map((facts) => ({ ...facts, host, env: withWords(facts.env, words) }));
  });
}

/** The images that a batch runs; unknown, as an empty word, before it is built. */
export function factsOfScriptImages(resource: SeenResource): ImageFacts[] {
  const references = runsOf(resource).flatMap((run) => (factsOfRun(run).role === undefined ? [] : [readText(run.image)]));
  return references.length ? hostsOfCommand(resource).flatMap((host) => references.map((reference) => ({ reference, hosts: [host] }))) : [];
}

/** What is not known yet keeps the rules from judging its containers. */
function runsOf({ props }: SeenResource): readonly RunLine[] {
  return readRuns(props, (key) => readInput(props, key)).runs;
}

const readKeptTargets = keepRead(readTargets);

/** What stands for a part of the host's name, replaced by it. */
function withWords(env: ContainerFacts["env"], words: Readonly<Record<string, string>>): ContainerFacts["env"] {
  return Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, words[value] ?? value]));
}
