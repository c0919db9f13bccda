import { DEEDS, type Deed } from "./bench-stack";
import { type DeadCase, FAN_OUT, type FanOutCase } from "./measure-fan-out";
import type { HostlistCase } from "./measure-hostlists";
import type { PlanCase } from "./plan-cases";
import type { PolicyCase } from "./policies";
import { median } from "./statistics";

/** Ratios promised of one run on one machine; the sweep is counted apart, as a run with nothing to do. */
const MOST_DEPLOY_RATIO = 1.2;
const MOST_NO_OP_SECONDS = 2;
/** Of Ansible's, on hosts with engines. */
const MOST_NO_OP_RATIO = 1.2;
const MOST_DRIFT_SECONDS = 5;
const MOST_DEAD_SECONDS = 12;
const MOST_MB = 600;
const MOST_STATE_KB = 1000;
const LEAST_ANSIBLE = { deploy: 1.2, noOp: 2 };
/** Ratios are promised of so many hosts: with fewer what Pulumi itself takes is most of the time, of more the state and the plan are promised. */
const PROMISED_HOSTS = 1000;

/** What is above its promise; empty where all is well. */
export function hostlistFaults(cases: readonly HostlistCase[]): string[] {
  return cases.filter(({ isGood }) => !isGood).map(({ shape }) => `${shape}: above half a second`);
}

export function planFaults(cases: readonly PlanCase[]): string[] {
  return cases.flatMap(({ faults }) => faults);
}

export function policyFaults({ resources, isGood }: PolicyCase): string[] {
  return isGood ? [] : [`the policies on ${resources} resources: above 5 s`];
}

export function secondsOf({ runs }: FanOutCase, by: string, deed: Deed): readonly number[] {
  return runs.filter((run) => run.by === by && run.deed === deed).map(({ seconds }) => seconds);
}

/** The work of a first deploy beside that of pdsh, the sweep before it left out; undefined where one of the two was not measured. */
export function deployRatio(one: FanOutCase): number | undefined {
  const [deploy, noOp, pdsh] = [
    middle(one, FAN_OUT, "first deploy"),
    middle(one, FAN_OUT, "nothing to do"),
    middle(one, "pdsh", "first deploy"),
  ];
  return deploy === undefined || noOp === undefined || pdsh === undefined ? undefined : (deploy - noOp) / pdsh;
}

/** How many times as long as ours the other took. */
export function timesOurs(one: FanOutCase, other: string, deed: Deed): number | undefined {
  const [ours, theirs] = [middle(one, FAN_OUT, deed), middle(one, other, deed)];
  return ours === undefined || theirs === undefined ? undefined : theirs / ours;
}

function middle(one: FanOutCase, by: string, deed: Deed): number | undefined {
  const seconds = secondsOf(one, by, deed);
  return seconds.length ? median(seconds) : undefined;
}

export function fanOutFaults(one: FanOutCase): string[] {
  const { hosts, runSeconds, runs, stateKb, faults } = one;
  const [, noOp, drift] = DEEDS.map((deed) => middle(one, FAN_OUT, deed));
  const pdshNoOp = middle(one, "pdsh", "nothing to do");
  const isPromised = hosts === PROMISED_HOSTS;
  const deploy = deployRatio(one);
  const ansible = { deploy: timesOurs(one, "ansible", "first deploy"), noOp: timesOurs(one, "ansible", "nothing to do") };
  const isLight = runSeconds !== undefined;
  const peakMb = Math.max(...runs.filter(({ by }) => by === FAN_OUT).map((run) => run.peakMb));
  const checks: [boolean, string][] = [
    [isPromised && deploy !== undefined && deploy > MOST_DEPLOY_RATIO, `first deploy beside pdsh: ${deploy?.toFixed(2)}`],
    [isPromised && pdshNoOp !== undefined && noOp! > pdshNoOp + MOST_NO_OP_SECONDS, "no-op beside pdsh"],
    [drift !== undefined && drift > noOp! + MOST_DRIFT_SECONDS, "drift beside no-op"],
    [peakMb > MOST_MB, `memory: ${peakMb.toFixed(0)} MB`],
    [stateKb > MOST_STATE_KB, `state: ${stateKb.toFixed(0)} KB`],
    [!isLight && ansible.noOp !== undefined && ansible.noOp < 1 / MOST_NO_OP_RATIO, "no-op beside Ansible"],
    [isLight && ansible.deploy !== undefined && ansible.deploy < LEAST_ANSIBLE.deploy, "first deploy beside Ansible"],
    [isLight && ansible.noOp !== undefined && ansible.noOp < LEAST_ANSIBLE.noOp, "no-op beside Ansible"],
  ];
  const where = `${hosts} hosts, ${isLight ? `${runSeconds} s` : "an engine each"}`;
  return [...faults, ...checks.filter(([isBroken]) => isBroken).map(([, what]) => what)].map((text) => `${where}: ${text}`);
}

export function deadFaults(cases: readonly DeadCase[]): string[] {
  const none = cases.find(({ dead }) => dead === 0);
  return cases.flatMap(({ hosts, dead, frozen, seconds, isEachNamed }) => [
    ...(none && median(seconds) > median(none.seconds) + MOST_DEAD_SECONDS
      ? [`${dead + frozen} of ${hosts} hosts dead or frozen: too slow`]
      : []),
    ...(isEachNamed ? [] : [`${dead + frozen} of ${hosts} hosts dead or frozen: not each is named`]),
  ]);
}
