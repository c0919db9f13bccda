import { readFacts } from "../container-properties/forms";
import { AS_FOUND, HELD, STACK_LABEL } from "../containers/ownership";
import { SPEC_LABEL } from "../containers/spec-hash";
import { fullReference, pullReference } from "../images/plan-images";
import type { PlannedContainer, Role } from "../model/container";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { InspectedImage } from "../model/inspected";
import { HOST_FOLDER } from "../model/places";
import { referenceOf } from "./adopt-images";
import { hideSecret } from "./adopt-secrets";
import type { HandMade } from "./hand-made";
import { confPaths, isOwnMount, OWN_VARIABLES } from "./known-places";
import { wordsOfRun } from "./run-words";

/** What taking over one container comes to. */
export interface ContainerProof {
  readonly host: string;
  readonly container: string;
  readonly role: Role;
  readonly id: string;
  readonly startedAt: string;
  readonly state: string;
  /** The hash that the plan has for it. */
  readonly spec: string;
  /** It has the stack's label already: it needs no record. */
  readonly isLabelled: boolean;
  /** `equal`: all that was typed is in the plan, which adds its own; `differs`: the next `up` makes it anew. */
  readonly verdict: "equal" | "differs";
  /** Words of its `docker run` that the plan has otherwise: `- -x sock:412`, `+ -x sock:411`. */
  readonly differences: readonly string[];
  /** What the plan adds, and a container has only once it is made anew. */
  readonly additions: readonly string[];
}

export interface AdoptionProof {
  readonly containers: readonly ContainerProof[];
  /** Planned ones that nobody has started: the next `up` does. */
  readonly missing: readonly { readonly host: string; readonly container: string }[];
  /** Containers of LDMS that are in no entry, and are left alone; with what is to be done first where one is in the way of the stack's. */
  readonly others: readonly { readonly host: string; readonly container: string; readonly help?: string }[];
}

/** Container by container, what is as the plan has it and what is not. */
export function proveAdoption(plan: DeploymentPlan, found: readonly HandMade[]): AdoptionProof {
  const foundAt = new Map(found.filter((one) => !isOfOther(plan, one)).map((one) => [`${one.host} ${one.name}`, one]));
  const planned = plan.hosts.flatMap(({ containers }) => containers);
  const places = new Set(planned.map(({ host, name }) => `${host} ${name}`));
  const pairs = planned.map((container) => ({ container, one: foundAt.get(`${container.host} ${container.name}`) }));
  const missing = pairs.flatMap(({ container, one }) => (one ? [] : [container]));
  return {
    containers: pairs.flatMap(({ container, one }) => (one ? [proveContainer(plan, container, one)] : [])),
    missing: missing.map(({ host, name: container }) => ({ host, container })),
    others: found
      .filter((one) => isOfOther(plan, one) || !places.has(`${one.host} ${one.name}`))
      .map((one) => (isOfOther(plan, one) ? describeStackOf(one, missing) : describeOther(one, missing))),
  };
}

function isOfOther({ stack }: DeploymentPlan, { facts }: HandMade): boolean {
  const owner = facts.labels[STACK_LABEL];
  return owner !== undefined && owner !== stack;
}

function describeStackOf({ host, name, facts }: HandMade, missing: readonly PlannedContainer[]) {
  const isInTheWay = missing.some((container) => container.host === host && container.name === name);
  const help = `it belongs to stack \`${facts.labels[STACK_LABEL]}\`: another name in the stack file, or \`ldms destroy\` of that one`;
  return { host, container: name, ...(isInTheWay && { help }) };
}

/** A role that a host has once, under another name than the stack's: Docker can rename it as it runs. */
function describeOther({ host, name, role }: HandMade, missing: readonly PlannedContainer[]) {
  const wanted = missing.find((container) => container.host === host && container.role === role);
  return {
    host,
    container: name,
    ...(wanted && { help: `on ${host}: \`docker rename ${name} ${wanted.name}\`, which restarts nothing` }),
  };
}

function proveContainer(plan: DeploymentPlan, planned: PlannedContainer, one: HandMade): ContainerProof {
  const { host, name: container, role, id, startedAt, state } = one;
  const { [SPEC_LABEL]: spec = "" } = planned.labels;
  const isLabelled = one.facts.labels[STACK_LABEL] === plan.stack;
  const base = { host, container, role, id, startedAt, state, spec, isLabelled };
  const image = imageWords(plan, planned, one);
  const madeFrom = isLabelled ? one.facts.labels[SPEC_LABEL] : one.recordedSpec;
  if (isLabelled || (madeFrom !== undefined && madeFrom !== HELD && madeFrom !== AS_FOUND)) {
    const isSame = madeFrom === spec;
    const differences = [...image, ...(isSame ? [] : ["it was made from another plan"])];
    return { ...base, verdict: differences.length > 0 ? "differs" : "equal", differences, additions: [] };
  }
  const before = wordsOfRun(one.facts).filter(isTyped);
  const after = wordsOfRun(readFacts(({ ofPlan }) => ofPlan(planned)));
  const confs = confPaths(one.facts.argv);
  const lost = before.filter((word) => !after.includes(word) && !isReplaced(word, after, confs));
  const added = after.filter((word) => !before.includes(word));
  const strange = added.filter((word) => !isAddition(word));
  const differences = [...image, ...lost.map((word) => `- ${hideSecret(word)}`), ...strange.map((word) => `+ ${hideSecret(word)}`)];
  const additions = added.filter((word) => isAddition(word)).map(hideSecret);
  return { ...base, verdict: differences.length > 0 ? "differs" : "equal", differences, additions };
}

function imageWords({ images }: DeploymentPlan, { image: name }: PlannedContainer, one: HandMade): string[] {
  const planned = images.find((image) => image.name === name)!;
  const wanted = [fullReference(planned), pullReference(planned), planned.reference];
  const names = [referenceOf(one), one.image?.Id, ...namesOf(one.image)];
  // An image's name on its host says what it is there; another tag of the same is the same.
  const isSame =
    planned.digest === undefined ? wanted.some((reference) => names.includes(reference)) : names.includes(pullReference(planned));
  return isSame ? [] : [`- image ${referenceOf(one)}`, `+ image ${fullReference(planned)}`];
}

function namesOf(image: InspectedImage | undefined): string[] {
  return [...(image?.RepoTags ?? []), ...(image?.RepoDigests ?? [])];
}

/** An image's own volume, which nobody typed, has a name that Docker made. */
function isTyped(word: string): boolean {
  return !/^--volume [0-9a-f]{64}:/.test(word) && word !== "--health-cmd";
}

/** A file that the stack brings itself in the place of one that somebody wrote, and the daemon's own file in place of any. */
function isReplaced(word: string, after: readonly string[], confs: readonly string[]): boolean {
  if (/^-c /.test(word)) return after.some((other) => /^-c /.test(other));
  const [, target = ""] = /^--volume [^:]+:([^:]+)/.exec(word) ?? [];
  if (confs.includes(target)) return true;
  return isOwnMount(target) && after.some((other) => isOwnFile(other) && other.includes(`:${target}:`));
}

function isOwnFile(word: string): boolean {
  return word.startsWith(`--volume ${HOST_FOLDER}/`);
}

/** What the plan gives every container beyond what anybody types. */
const ADDED_OPTIONS = /^--(restart|health-cmd|log-driver|log-opt|stop-timeout|memory|ulimit) ?/;
const ADDED_ARGUMENTS = /^-(m|c) /;

function isAddition(word: string): boolean {
  const [, variable = ""] = /^--env ([^=]+)=/.exec(word) ?? [];
  return (
    ADDED_OPTIONS.test(word) ||
    word === "--health-cmd" ||
    ADDED_ARGUMENTS.test(word) ||
    OWN_VARIABLES.has(variable) ||
    isOwnFile(word) ||
    /^--volume ldms-/.test(word)
  );
}
