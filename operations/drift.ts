import { manifestEntry } from "../plan/deliver-files";
import type { DeploymentPlan, PlannedContainer, PlannedFile, PlannedHost } from "../plan/deployment-plan";
import { mapBounded } from "./bounded";
import { type FoundContainer, type FoundFile, type FoundOnHost, parseDrift, renderDriftScript } from "./drift-script";
import { foldByText } from "./fold-by-text";
import { type RunOn, stepLimits, withHosts } from "./hosts";
import { RemoteCommandError, renderFailure } from "./remote-error";

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

type Answer = { readonly host: PlannedHost } & ({ readonly found: FoundOnHost } | { readonly message: string });

/** Reads containers and files of every host, one round trip each, and changes nothing. */
export async function findDrift(plan: DeploymentPlan, { signal }: DriftArgs = {}): Promise<DriftReport> {
  const answers = await withHosts((run) => mapBounded(plan.hosts, (host) => ask(run, plan, host, signal)));
  return {
    stack: plan.stack,
    answered: answers.filter((answer) => "found" in answer).length,
    differences: answers.flatMap((answer) => ("found" in answer ? compareHost(plan, answer.host, answer.found) : [])),
    unknown: answers.flatMap((answer) => ("message" in answer ? [{ host: answer.host.name, message: answer.message }] : [])),
  };
}

async function ask(run: RunOn, plan: DeploymentPlan, host: PlannedHost, signal?: AbortSignal): Promise<Answer> {
  const limits = stepLimits(host, "drift", ASK_SECONDS, signal);
  const secretPaths = host.files.filter(({ content }) => content.kind !== "text").map(({ path }) => path);
  try {
    const { stdout } = await run(host, { script: renderDriftScript(plan.stack, secretPaths) }, limits);
    const found = parseDrift(stdout);
    return found ? { host, found } : { host, message: "its answer is not whole" };
  } catch (error) {
    if (!(error instanceof RemoteCommandError)) throw error;
    const said = error.failure.kind === "exit" ? error.stderr.trim().split("\n").at(-1) : undefined;
    return { host, message: said || renderFailure(error.failure) };
  }
}

/** Everything on one host that is otherwise than planned. */
export function compareHost(plan: DeploymentPlan, host: PlannedHost, found: FoundOnHost): Difference[] {
  const planned = plan.containers.filter((container) => container.host === host.name);
  const at = (kind: Difference["kind"]) => (subject: string, messages: readonly string[]) =>
    messages.map((message): Difference => ({ host: host.name, kind, subject, message }));
  const containers = compareSets(planned, found.containers, ({ name }) => name, compareContainer);
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
