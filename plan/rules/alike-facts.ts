import { HOST_VARIABLES, SPEC_LABEL } from "../containers/spec-hash";
import { isSameBut } from "../text/same-but";
import type { ConnectionFacts } from "./command-rules";
import { type ContainerFacts, type FileFacts, OF_HOST } from "./facts";

/** Things that differ by nothing but their host. A rule that holds of one of them holds of all: ten thousand samplers are judged once. */
export type Kind<Facts> = readonly [Facts, ...Facts[]];

/** What of a container's environment is its host's: its rules do not read it. */
const VARIABLES_OF_HOST = new Set(Object.keys(HOST_VARIABLES));
const LABELS_OF_HOST = new Set([SPEC_LABEL]);
const HOST = new Set(["host"]);

/** Of the facts of a plan, which are plain records. */
export function kindsOfContainers(containers: readonly ContainerFacts[]): Kind<ContainerFacts>[] {
  return groupKinds(containers, ({ name }) => name, isAlike);
}

/** Of the facts of a plan, too. */
export function kindsOfFiles(files: readonly FileFacts[]): Kind<FileFacts>[] {
  return groupKinds(
    files,
    ({ path }) => path,
    (one, other) => isSameBut(one, other, HOST),
  );
}

export function kindsOfConnections(connections: readonly ConnectionFacts[]): Kind<ConnectionFacts>[] {
  return groupKinds(
    connections,
    ({ isPinned }) => String(isPinned),
    () => true,
  );
}

/** Lists are compared as objects: what the plan says of many hosts it says in one. */
function isAlike(one: ContainerFacts, other: ContainerFacts): boolean {
  return (
    isSameBut(one, other, OF_HOST) &&
    isSameBut(one.env, other.env, VARIABLES_OF_HOST) &&
    isSameBut(one.labels, other.labels, LABELS_OF_HOST)
  );
}

/** In the order of the first of each kind. Of those of one name only the last kind is looked at, so that a stack without two alike costs no more. */
function groupKinds<Facts>(
  all: readonly Facts[],
  nameOf: (facts: Facts) => string,
  isOfKind: (first: Facts, other: Facts) => boolean,
): Kind<Facts>[] {
  const kinds: [Facts, ...Facts[]][] = [];
  const lastOf = new Map<string, Facts[]>();
  for (const facts of all) {
    const name = nameOf(facts);
    const last = lastOf.get(name);
    if (last && isOfKind(last[0]!, facts)) last.push(facts);
    else {
      const kind: [Facts] = [facts];
      kinds.push(kind);
      lastOf.set(name, kind);
    }
  }
  return kinds;
}
