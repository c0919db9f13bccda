import { manifestEntry } from "../../plan/delivery/deliver-files";
import type { PlannedContainer } from "../../plan/model/container";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedFile } from "../../plan/model/file";
import type { PlannedHost } from "../../plan/model/host";
import { askHosts, unansweredOf, valuesOf } from "../reach/ask-hosts";
import { foldByText } from "../reach/fold-by-text";
import { withHosts } from "../reach/with-hosts";
import { type FoundContainer, type FoundFile, type FoundOnHost, parseDrift, renderDriftScript } from "./drift-script";

/** Where the hosts differ from the stack file; JSON as it is. */
export interface DriftReport {
  readonly stack: string;
  /** Hosts that were asked and answered. */
  readonly answered: number;
  /** In the plan's order of hosts. */
  readonly differences: readonly Difference[];
  /** Hosts that could not be asked: what they have is unknown, not absent. */
  readonly unknown: readonly { readonly host: string; readonly message: string }[];
}

export interface Difference {
  readonly host: string;
  readonly kind: "container" | "file";
  /** Name or path. */
  readonly subject: string;
  /** Free of host and subject: `is missing`, `has mode 0644, in the stack 0600`. */
  readonly message: string;
}

export interface DriftArgs {
  readonly signal?: AbortSignal;
}

/** For the engine's answers and the hashes of small files, on top of connecting. */
const ASK_SECONDS = 15;

/** Reads containers and files of every host, one round trip each, and changes nothing. */
export async function findDrift(plan: DeploymentPlan, { signal }: DriftArgs = {}): Promise<DriftReport> {
  const question = ({ files }: PlannedHost) => {
    const secretPaths = files.filter(({ content }) => content.kind !== "text").map(({ path }) => path);
    const script = renderDriftScript(plan.stack, secretPaths);
    return { step: "drift", seconds: ASK_SECONDS, command: { script }, parse: parseDrift };
  };
  const answers = await withHosts((run) => askHosts(plan.hosts, question, { run, signal }), plan);
  return {
    stack: plan.stack,
    answered: valuesOf(answers).length,
    differences: answers.flatMap((answer) => ("value" in answer ? compareHost(answer.host, answer.value) : [])),
    unknown: unansweredOf(answers).map(({ host, reason }) => ({ host: host.name, message: reason })),
  };
}

/** Everything on one host that is otherwise than planned. */
function compareHost(host: PlannedHost, found: FoundOnHost): Difference[] {
  const at = (kind: Difference["kind"]) => (subject: string, messages: readonly string[]) =>
    messages.map((message): Difference => ({ host: host.name, kind, subject, message }));
  const containers = compareSets(host.containers, found.containers, ({ name }) => name, compareContainer);
  const files = compareSets(host.files, found.files, ({ path }) => path, compareFile);
  return [
    ...containers.flatMap(([name, messages]) => at("container")(name, messages)),
    ...files.flatMap(([path, messages]) => at("file")(path, messages)),
  ];
}

function compareSets<P, F>(
  planned: readonly P[],
  found: readonly F[],
  nameOf: (one: P | F) => string,
  compare: (planned: P, found: F) => readonly string[],
): (readonly [string, readonly string[]])[] {
  const foundBy = new Map(found.map((one) => [nameOf(one), one]));
  const names = new Set(planned.map(nameOf));
  return [
    ...planned.map((one) => {
      const other = foundBy.get(nameOf(one));
      return [nameOf(one), other === undefined ? ["is missing"] : compare(one, other)] as const;
    }),
    ...[...foundBy.keys()].filter((name) => !names.has(name)).map((name) => [name, ["is not in the stack"]] as const),
  ];
}

function compareContainer({ labels }: PlannedContainer, found: FoundContainer): string[] {
  return [
    ...(found.spec === labels["ldms.spec"] ? [] : ["was made from another plan"]),
    ...(found.state === "running" ? [] : [`is ${found.state}`]),
  ];
}

function compareFile(file: PlannedFile, found: FoundFile): string[] {
  const { mode, owner, fingerprint } = manifestEntry(file);
  return [
    ...(found.mode === mode ? [] : [`has mode ${found.mode}, in the stack ${mode}`]),
    ...(found.owner === owner ? [] : [`has owner ${found.owner}, in the stack ${owner}`]),
    ...(found.sha256 === undefined || found.sha256 === fingerprint ? [] : ["has another content"]),
  ];
}

/** No difference, and every host answered. */
export function isAsPlanned({ differences, unknown }: DriftReport): boolean {
  return differences.length === 0 && unknown.length === 0;
}

/** One line for hosts with the same difference: `cygnus-[01-03]: samp is missing`. All well: `7 hosts are as the stack says`. */
export function renderDrift({ answered, differences, unknown }: DriftReport): string {
  const lines = [
    ...differences.map(({ host, subject, message }) => ({ host, text: `${subject} ${message}` })),
    ...unknown.map(({ host, message }) => ({ host, text: `unknown: ${message}` })),
  ];
  const right = answered - new Set(differences.map(({ host }) => host)).size;
  const summary = right > 0 ? [`${right} ${right === 1 ? "host is" : "hosts are"} as the stack says`] : [];
  return [...summary, ...foldByText(lines)].join("\n");
}
