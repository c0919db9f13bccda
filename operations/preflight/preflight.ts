import { randomBytes } from "node:crypto";
import { findMungeSocket } from "../../plan/auth/munge-socket";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { type Answer, askHosts } from "../reach/ask-hosts";
import { describeRefusal } from "../reach/refused-key";
import { type RemoteCommandError, renderFailure } from "../reach/remote-error";
import { withHosts } from "../reach/with-hosts";
import { checkHost, type PreflightProblem, probeNeeds } from "./check-host";
import { listPulls } from "./list-pulls";
import { checkMunge, compareKeys, type MungeWitness } from "./munge-check";
import { type ProbeFacts, parseProbe } from "./probe-output";
import { renderProbe } from "./probe-script";
import { checkRegistries, type WaitingHost } from "./registry-check";

/** What stands in the way of a deployment, host by host. Holds no secret and is JSON as it is. */
export interface PreflightReport {
  readonly stack: string;
  /** In the plan's order. */
  readonly hosts: readonly HostPreflight[];
}

export interface HostPreflight {
  readonly host: string;
  /** `dead`: no way there, or no answer in time; what lives on it can be skipped. */
  readonly state: "ok" | "problems" | "dead";
  /** Empty for `ok`, one for `dead`. */
  readonly problems: readonly PreflightProblem[];
  /** `26.1.5`, `5.4.2 (podman)` */
  readonly engineVersion?: string;
}

export interface PreflightArgs {
  readonly signal?: AbortSignal;
}

/**
 * What a probe may take on top of connecting: time for an engine and a munged that both hang, which the probe gives up after 6 s and 4 s,
 * and for names that hang in the resolver, after 2 s.
 */
const PROBE_SECONDS = 12.5;

type Unanswered =
  | { readonly kind: "dead" | "failed"; readonly message: string }
  | { readonly kind: "refused"; readonly subject: "ssh" | "login"; readonly message: string; readonly help: string };

type Answered = { readonly host: PlannedHost; readonly kind: "answered"; readonly facts: ProbeFacts };
type Probe = ({ readonly host: PlannedHost } & Unanswered) | Answered;

/**
 * Looks at every host of the plan at once, one round trip each, and changes nothing. Then has munge of one host decoded on the others, and one host
 * of each registry ask it for the images that are not there yet.
 */
export async function preflight(plan: DeploymentPlan, { signal }: PreflightArgs = {}): Promise<PreflightReport> {
  const nonce = randomBytes(16).toString("hex");
  return withHosts(async (run) => {
    const answers = await askHosts(plan.hosts, (host) => probeQuestion(plan, host, nonce), { run, signal });
    const probes = answers.map(readProbe);
    const answered = probes.flatMap((one) => (one.kind === "answered" ? [one] : []));
    const witnesses = answered.flatMap(({ host, facts }): MungeWitness[] =>
      facts.credential === undefined ? [] : [{ target: host, credential: facts.credential, socket: findMungeSocket(host.containers) }],
    );
    const keys = new Map(answered.flatMap(({ host, facts }) => (facts.key ? [[host.name, facts.key] as const] : [])));
    const between = [
      ...(await Promise.all([checkMunge(run, witnesses), checkRegistries(run, listWaiting(plan, answered), signal)])),
      compareKeys(plan.munge.hostPath ?? "", keys),
    ];
    const dead = new Set(probes.flatMap(({ kind, host }) => (kind === "dead" ? [host.name] : [])));
    return {
      stack: plan.stack,
      hosts: probes.map((one) =>
        describeHost(
          plan,
          one,
          dead,
          between.flatMap((found) => found.get(one.host.name) ?? []),
        ),
      ),
    };
  }, plan);
}

/** What an engine has already, no registry is asked for. */
function listWaiting(plan: DeploymentPlan, answered: readonly Answered[]): WaitingHost[] {
  return answered
    .filter(({ facts }) => facts.engineError === undefined)
    .map(({ host, facts }) => ({
      target: host,
      pulls: listPulls(plan, host).filter(({ reference }) => !facts.images.includes(reference)),
    }));
}

function probeQuestion(plan: DeploymentPlan, host: PlannedHost, nonce: string) {
  const command = { script: renderProbe(probeNeeds(plan, host, nonce)) };
  return { step: "preflight", seconds: PROBE_SECONDS, command, parse: parseProbe };
}

function readProbe(answer: Answer<PlannedHost, ProbeFacts>): Probe {
  const { host } = answer;
  if ("value" in answer) return { host, kind: "answered", facts: answer.value };
  if (answer.error === undefined) return { host, kind: "failed", message: "the answer of the check is incomplete" };
  return { host, ...describeFailure(host, answer.error) };
}

function describeFailure({ connection }: PlannedHost, { failure, stderr }: RemoteCommandError): Unanswered {
  const message = renderFailure(failure);
  switch (failure.kind) {
    case "unreachable":
    case "timeout":
      return { kind: "dead", message };
    case "refused":
      return { kind: "refused", subject: "ssh", ...describeRefusal(failure, connection) };
    case "exit": {
      const said = stderr.trim().split("\n").at(-1) ?? "";
      if (connection.kind === "ssh" && connection.become && /\bsudo/.test(said)) return describeNoSudo(connection.user, said);
      return { kind: "failed", message: `the check ended with ${message}: ${said}` };
    }
    default:
      return failure satisfies never;
  }
}

function describeNoSudo(user: string, said: string): Unanswered {
  const help = `there, in /etc/sudoers.d/ldms: \`${user} ALL=(root) NOPASSWD: ALL\`; or log in as root`;
  return { kind: "refused", subject: "login", message: `user \`${user}\` may not become root by sudo without a password: ${said}`, help };
}

function describeHost(plan: DeploymentPlan, found: Probe, dead: ReadonlySet<string>, between: readonly PreflightProblem[]): HostPreflight {
  const host = found.host.name;
  switch (found.kind) {
    case "dead":
      return { host, state: "dead", problems: [{ subject: "ssh", message: found.message }] };
    case "refused":
      return { host, state: "problems", problems: [{ subject: found.subject, message: found.message, help: found.help }] };
    case "failed":
      return { host, state: "problems", problems: [{ subject: "probe", message: found.message }] };
    case "answered": {
      const problems = [...checkHost(plan, found.host, found.facts, dead), ...between];
      const { engineVersion: version, isPodman } = found.facts;
      const engineVersion = version !== undefined && isPodman ? `${version} (podman)` : version;
      return { host, state: problems.length > 0 ? "problems" : "ok", problems, ...(engineVersion !== undefined && { engineVersion }) };
    }
    default:
      return found satisfies never;
  }
}
