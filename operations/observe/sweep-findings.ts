import { FACT_END, type SweepProbe } from "../../plan/fan-out/sweep-host";
import { type DeploymentPlan, findHost, hostNamed } from "../../plan/model/deployment-plan";
import type { PlannedFanOut } from "../../plan/model/fan-out";
import type { PlannedHost } from "../../plan/model/host";
import { registryOf } from "../../plan/text/registry";
import { checkHost, type PreflightProblem, probeNeeds } from "../preflight/check-host";
import { listPulls } from "../preflight/list-pulls";
import { compareKeys } from "../preflight/munge-check";
import { HostsNotReadyError } from "../preflight/pass-preflight";
import { type ProbeFacts, parseProbe } from "../preflight/probe-output";
import { renderProbe } from "../preflight/probe-script";
import { describePull } from "../preflight/registry-check";
import { parseRegistryAnswers, type RegistryAnswer, renderRegistryScript } from "../preflight/registry-script";

/** A host that has something to do, and what is in the way of it. */
export interface NotReady {
  readonly host: string;
  readonly problems: readonly PreflightProblem[];
}

/** Preflight's questions to the hosts of each group, which differ in nothing but their names. The first asks for what they pull. */
export function sweepProbes(plan: DeploymentPlan, { groups }: PlannedFanOut, nonce: string): ReadonlyMap<string, SweepProbe> {
  return new Map(
    groups.map(({ name, hosts }) => {
      const host = hostNamed(plan, hosts[0]!.name);
      const needs = probeNeeds(plan, host, nonce);
      const once = { host: host.name, script: renderRegistryScript(needs.images), imageCount: needs.images.length };
      return [name, { script: renderProbe({ ...needs, hasEngineAnswered: true }), ...(needs.images.length > 0 && { once }) }] as const;
    }),
  );
}

/** The facts of a host, as its head tells them. */
export interface ProbedHost {
  readonly host: string;
  readonly text: string;
}

/** @param output of a sweep */
export function parseProbed(output: string): ProbedHost[] {
  return output.split("\n").flatMap((line) => {
    const [kind, host = "", ...text] = line.split("\t");
    return kind === "probe" ? [{ host, text: text.join("\t").replaceAll(FACT_END, "\n") }] : [];
  });
}

/** What preflight would say of these hosts. @param dead hosts whose names may be gone with them */
export function findNotReady(plan: DeploymentPlan, probed: readonly ProbedHost[], dead: ReadonlySet<string>): NotReady[] {
  const known = probed.flatMap(({ host: name, text }) => {
    const [host, facts] = [findHost(plan, name), parseProbe(text)];
    return host && facts ? [{ host, facts }] : [];
  });
  const pullProblem = pullProblems(probed);
  const keys = new Map(known.flatMap(({ host, facts }) => (facts.key ? [[host.name, facts.key] as const] : [])));
  const otherKey = compareKeys(plan.munge.hostPath ?? "", keys);
  return known.flatMap(({ host, facts }) => {
    const problems = [
      ...checkHost(plan, host, facts, dead),
      ...pullsOf(plan, host, facts).flatMap(pullProblem),
      ...[otherKey.get(host.name) ?? []].flat(),
    ];
    return problems.length > 0 ? [{ host: host.name, problems }] : [];
  });
}

function pullsOf(plan: DeploymentPlan, host: PlannedHost, { images, engineError }: ProbeFacts) {
  return engineError === undefined ? listPulls(plan, host).filter(({ reference }) => !images.includes(reference)) : [];
}

/** By what the hosts were told that have asked: of an image from another mirror nothing is known. */
function pullProblems(probed: readonly ProbedHost[]) {
  const answers = new Map<string, { readonly asker: string; readonly answer: RegistryAnswer }>();
  for (const { host: asker, text } of probed)
    for (const answer of parseRegistryAnswers(text)) if (!answers.has(answer.reference)) answers.set(answer.reference, { asker, answer });
  return (pull: ReturnType<typeof listPulls>[number]): readonly PreflightProblem[] => {
    const known = answers.get(pull.reference);
    const problem = known && describePull(registryOf(pull.reference), known.asker, pull, [known.answer]);
    return problem ? [problem] : [];
  };
}

/**
 * Before anything is changed: a batch in which more hosts are not ready than may fail would stop in the middle of the run.
 * @throws HostsNotReadyError
 */
export function assertReady({ stack }: DeploymentPlan, fanOuts: readonly PlannedFanOut[], notReady: readonly NotReady[]): void {
  const names = new Set(notReady.map(({ host }) => host));
  const reasons = fanOuts.flatMap(({ groups }) =>
    groups.flatMap(({ batches }) =>
      batches.flatMap(({ name, hosts, maxFailures }) => {
        const count = hosts.filter((host) => names.has(host.name)).length;
        return count > maxFailures ? [`batch ${name}: ${count} of ${hosts.length} hosts not ready, and ${maxFailures} may fail`] : [];
      }),
    ),
  );
  if (reasons.length === 0) return;
  throw new HostsNotReadyError({ stack, hosts: notReady.map((one) => ({ ...one, state: "problems" as const })) }, reasons);
}
