import type { DeployedHost, DeployedState } from "../../plan/deployed/deployed-state";
import type { PlannedDaemon } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { groupBy } from "../../plan/text/group-by";
import { askHosts, unansweredOf, valuesOf } from "../reach/ask-hosts";
import type { RunOn } from "../reach/run-on-host";
import { withHosts } from "../reach/with-hosts";
import { askedDaemon, compareDaemon } from "./compare-daemon";
import { compareContainers, compareFiles, type Finding } from "./compare-host";
import { DAEMON_SECONDS } from "./daemon-script";
import { type FoundOnHost, parseDrift, renderDriftScript } from "./drift-script";
import { mendOf } from "./mend";

/** Where stack file, state and hosts differ; JSON as it is. */
export interface DriftReport {
  readonly stack: string;
  /** When the look was begun: `2026-11-28T21:50:00.000Z`. */
  readonly lookedAt: string;
  /** Hosts that were asked and answered. */
  readonly answered: number;
  /** Those of them on which nothing differs. */
  readonly asPlanned: number;
  /** In the plan's order of hosts; behind them hosts that have left the stack file. */
  readonly differences: readonly Difference[];
  /** Hosts that could not be asked, or a daemon of theirs: what they have is unknown, not absent. */
  readonly unknown: readonly { readonly host: string; readonly message: string }[];
}

export interface Difference extends Finding {
  readonly host: string;
  /** What mends it, for where the stack file is right: `ldms up -s lab --refresh`. */
  readonly mend: string;
}

export interface DriftArgs {
  /** What the last runs have brought to the hosts; absent: nobody knows. */
  readonly deployed?: DeployedState | undefined;
  /** Whether each daemon is asked what it runs. @default true */
  readonly asksDaemons?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** For the engine's answers and the hashes of small files, on top of connecting. */
const ASK_SECONDS = 15;
const NOTHING: DeployedHost = { files: new Map(), containers: new Map() };

/** Reads containers, files and daemons of every host, one round trip each, and changes nothing. */
export function findDrift(plan: DeploymentPlan, args: DriftArgs = {}): Promise<DriftReport> {
  return withHosts((run) => findDriftBy(run, plan, args), plan);
}

async function findDriftBy(run: RunOn, plan: DeploymentPlan, { deployed, asksDaemons = true, signal }: DriftArgs): Promise<DriftReport> {
  const lookedAt = new Date().toISOString();
  const daemonsOf = groupBy(
    plan.daemons.filter(({ isExternal }) => asksDaemons && !isExternal),
    ({ host }) => host,
  );
  const answers = await askHosts(plan.hosts, (host) => askHost(plan, host, daemonsOf.get(host.name) ?? []), { run, signal });
  const compared = answers.map((answer) => {
    if (!("value" in answer)) return { host: answer.host.name, isKnown: false, findings: [], complaints: [] };
    const { host, value } = answer;
    const known = deployed && (deployed.get(host.name) ?? NOTHING);
    return { host: host.name, isKnown: true, ...compareHost(plan, host, daemonsOf.get(host.name) ?? [], known, value) };
  });
  const mended = ({ host, findings }: { readonly host: string; readonly findings: readonly Finding[] }) =>
    findings.map((finding): Difference => ({ host, ...finding, mend: mendOf(plan, finding) }));
  return {
    stack: plan.stack,
    lookedAt,
    answered: valuesOf(answers).length,
    asPlanned: compared.filter(({ isKnown, findings, complaints }) => isKnown && findings.length + complaints.length === 0).length,
    differences: [...compared, ...listLeft(plan, deployed)].flatMap(mended),
    unknown: [
      ...unansweredOf(answers).map(({ host, reason }) => ({ host: host.name, message: reason })),
      ...compared.flatMap(({ host, complaints }) => complaints.map((message) => ({ host, message }))),
    ],
  };
}

function askHost({ stack }: DeploymentPlan, host: PlannedHost, daemons: readonly PlannedDaemon[]) {
  const secretPaths = host.files.filter(({ content }) => content.kind !== "text").map(({ path }) => path);
  const asked = daemons.flatMap((daemon) => askedDaemon(host, daemon) ?? []);
  const script = renderDriftScript({ stack, secretPaths, daemons: asked });
  const parse = (output: string) => parseDrift(output, secretPaths);
  return { step: "drift", seconds: ASK_SECONDS + asked.length * DAEMON_SECONDS, command: { script }, parse };
}

function compareHost(
  plan: DeploymentPlan,
  host: PlannedHost,
  daemons: readonly PlannedDaemon[],
  deployed: DeployedHost | undefined,
  found: FoundOnHost,
): { readonly findings: readonly Finding[]; readonly complaints: readonly string[] } {
  const containers = compareContainers(plan, host, deployed, found);
  // What a container that was made otherwise runs otherwise follows from that.
  const other = new Set(containers.flatMap(({ subject, differs }) => (differs === "state" ? [] : [subject])));
  const asked = daemons.flatMap((daemon) => {
    const words = other.has(daemon.container) ? undefined : found.daemons.get(daemon.container);
    return words ? [{ daemon, words }] : [];
  });
  return {
    findings: [
      ...containers,
      ...compareFiles(host, deployed, found),
      ...asked.flatMap(({ daemon, words }) => (words.complaint === undefined ? compareDaemon(host, daemon, words) : [])),
    ],
    complaints: asked.flatMap(({ daemon, words: { complaint } }) =>
      complaint === undefined ? [] : [`${daemon.container} does not say what it runs: ${complaint}`],
    ),
  };
}

/** Hosts that the state knows and the stack file does not: nobody asks them. */
function listLeft({ hosts }: DeploymentPlan, deployed: DeployedState | undefined) {
  const planned = new Set(hosts.map(({ name }) => name));
  return [...(deployed ?? [])].flatMap(([host, { containers }]) => {
    if (planned.has(host)) return [];
    const findings = [...containers.keys()].map(
      (subject): Finding => ({
        kind: "container",
        subject,
        message: "is to go: its host is not in the stack file any more",
        differs: "stack-file",
      }),
    );
    return [{ host, findings }];
  });
}

/** No difference, and every host answered. */
export function isAsPlanned({ differences, unknown }: DriftReport): boolean {
  return differences.length === 0 && unknown.length === 0;
}
