import type { PropertyFacts } from "../container-properties/forms";
import { shellLine } from "../text/shell";
import { joinAssignments } from "../text/text";

/** Docker's own, of which a `docker run` says nothing. */
const DEFAULTS: Readonly<Record<string, readonly (string | undefined)[]>> = {
  "--network": [undefined, "default", "bridge"],
  "--pid": [undefined],
  "--ipc": [undefined, "private", "shareable"],
  "--uts": [undefined],
  "--userns": [undefined],
  "--restart": [undefined, "no"],
  "--log-driver": [undefined, "json-file"],
};

/** A container in the words of its `docker run`, an option or an argument each, whoever tells it: what is Docker's default is not said. */
export function wordsOfRun(facts: PropertyFacts): string[] {
  const one = (option: string, value: string | undefined) =>
    (DEFAULTS[option] ?? [undefined]).includes(value) ? [] : [`${option} ${value}`];
  const all = (option: string, values: readonly string[]) => values.map((value) => `${option} ${value}`);
  const { capabilities, log, healthCheck, memoryMib, stopTimeoutSeconds, entrypoint } = facts;
  return [
    ...one("--network", facts.networkMode),
    ...one("--pid", facts.pidMode),
    ...one("--ipc", facts.ipcMode),
    ...one("--uts", facts.utsMode),
    ...one("--userns", facts.usernsMode),
    ...all("--volumes-from", facts.volumesFrom),
    ...(facts.privileged ? ["--privileged"] : []),
    ...all("--cap-drop", capabilities.drop),
    ...all("--cap-add", capabilities.add),
    ...all("--device", facts.devices),
    ...one("--gpus", facts.gpus),
    ...(facts.readOnlyRootFilesystem ? ["--read-only"] : []),
    ...all("--tmpfs", facts.tmpfs),
    ...all("--security-opt", facts.securityOpts),
    ...one("--memory", memoryMib === undefined ? undefined : `${memoryMib}m`),
    ...all("--ulimit", joinAssignments(mapValues(facts.ulimits))),
    ...all("--env", joinAssignments(facts.env)),
    ...all(
      "--volume",
      facts.mounts.map(({ source, target, readOnly }) => `${source}:${target}${readOnly ? ":ro" : ""}`),
    ),
    ...one("--restart", facts.restart),
    ...(healthCheck === undefined ? [] : ["--health-cmd"]),
    ...one("--log-driver", log.driver),
    ...one("--log-opt", log.maxSize === undefined ? undefined : `max-size=${log.maxSize}`),
    ...one("--stop-timeout", stopTimeoutSeconds === undefined ? undefined : String(stopTimeoutSeconds)),
    ...(entrypoint.length > 0 ? [`--entrypoint ${shellLine(entrypoint)}`] : []),
    ...groupArguments(facts.argv).map(shellLine),
  ];
}

function mapValues(limits: Readonly<Record<string, number>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, String(limit)]));
}

/** `[["-x", "sock:411"], ["-a", "munge"]]`: an option with what follows it, so that their order does not count. Grafana's `cfg:` begins one, too. */
export function groupArguments(argv: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const word of argv) {
    const last = groups.at(-1);
    if (last === undefined || /^(-|cfg:)/.test(word)) groups.push([word]);
    else last.push(word);
  }
  return groups;
}

/** Each as one text, to look for an option in: `["-x sock:411", "-a munge"]`. */
export function pairArguments(argv: readonly string[]): string[] {
  return groupArguments(argv).map((words) => words.join(" "));
}
