import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { DEEDS, type DeadCase, type FanOutCase, measureDead, measureFanOut, peerVersions } from "./fan-out";
import { type HostlistCase, measureHostlists } from "./hostlist";
import { LightHosts } from "./light-hosts";
import { measurePlans, type PlanCase, totalMs } from "./plan";

/** Odd, so that a median is one of them. */
const RUNS = 3;
const PAGE = join(__dirname, "../docs/performance.md");

/** Ratios promised of one run on one machine; the sweep is counted apart, as a run with nothing to do. */
const MOST_DEPLOY_RATIO = 1.2;
const MOST_NO_OP_RATIO = 1.1;
const PULUMI_SECONDS = 4;
const MOST_DRIFT_SECONDS = 5;
const MOST_DEAD_SECONDS = 12;
const MOST_MB = 600;
const LEAST_ANSIBLE = { deploy: 1.2, noOp: 2 };

/** `npm run bench [-- --full]`: measures, prints, writes docs/performance.md; exit code 1 where a figure is above what is promised. */
async function main(): Promise<void> {
  const isFull = process.argv.includes("--full");
  console.log(`bench: hostlists of 100,000 names, ${RUNS} runs`);
  const hostlists = measureHostlists(RUNS);
  if (hostlists.some(({ peerMs }) => peerMs.length === 0))
    console.warn("!!!! No ClusterShell here: hostlists are measured without their peer (apt-get install python3-clustershell) !!!!");
  console.log(`bench: plans of 100 to 100,000 hosts, ${RUNS} runs`);
  const plans = measurePlans(RUNS);
  const { fanOuts, dead } = await measureLight(isFull);
  const page = renderPage(hostlists, plans, fanOuts, dead);
  console.log(page);
  writeFileSync(PAGE, page);
  const faults = [
    ...hostlists.filter(({ isGood }) => !isGood).map(({ shape }) => `${shape}: above half a second`),
    ...plans.flatMap((one) => one.faults),
    ...fanOuts.flatMap(fanOutFaults),
    ...deadFaults(dead),
  ];
  for (const fault of faults) console.error(`FAIL ${fault}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

/** 200 hosts; with `--full` 1,000 too, a `docker run` that takes 0.6 s, and dead hosts. */
async function measureLight(isFull: boolean): Promise<{ readonly fanOuts: FanOutCase[]; readonly dead: DeadCase[] }> {
  const missing = LightHosts.missing();
  if (missing.length > 0) {
    console.warn(`!!!! No light hosts here, the way to many hosts is not measured; missing: ${missing.join(" ")} !!!!`);
    return { fanOuts: [], dead: [] };
  }
  const fanOuts: FanOutCase[] = [];
  for (const [hosts, runSeconds] of isFull ? FULL_CASES : FULL_CASES.slice(0, 1)) {
    console.log(`bench: ${hosts} light hosts, ${runSeconds} s a docker run`);
    fanOuts.push(await measureFanOut(hosts, runSeconds, 1, console.log));
  }
  return { fanOuts, dead: isFull ? await measureDead(1000, [0, 0.01, 0.1], 1, console.log) : [] };
}

/** Hosts, and seconds that a `docker run` takes. */
const FULL_CASES: readonly (readonly [number, number])[] = [
  [200, 0],
  [200, 0.6],
  [1000, 0],
];

function secondsOf({ runs }: FanOutCase, by: string, deed: (typeof DEEDS)[number]): number {
  return median(runs.filter((run) => run.by === by && run.deed === deed).map(({ seconds }) => seconds));
}

/** Below 1,000 hosts what Pulumi itself takes is most of the time, so ratios are promised there only. */
function fanOutFaults(one: FanOutCase): string[] {
  const { hosts, runSeconds, runs, faults } = one;
  const isLarge = hosts >= 1000;
  const has = (by: string) => runs.some((run) => run.by === by);
  const [deploy, noOp, drift] = DEEDS.slice(0, 3).map((deed) => secondsOf(one, "ldms up", deed)) as [number, number, number];
  const peakMb = Math.max(...runs.filter(({ by }) => by === "ldms up").map((run) => run.peakMb));
  const checks: [boolean, string][] = [
    [!isLarge || !has("pdsh") || deploy - noOp <= MOST_DEPLOY_RATIO * secondsOf(one, "pdsh", "first deploy"), "first deploy beside pdsh"],
    [!isLarge || !has("pdsh") || noOp <= MOST_NO_OP_RATIO * secondsOf(one, "pdsh", "nothing to do") + PULUMI_SECONDS, "no-op beside pdsh"],
    [drift <= noOp + MOST_DRIFT_SECONDS, "drift beside no-op"],
    [peakMb < MOST_MB, "memory"],
    [!has("ansible") || secondsOf(one, "ansible", "first deploy") >= LEAST_ANSIBLE.deploy * deploy, "first deploy beside Ansible"],
    [!has("ansible") || secondsOf(one, "ansible", "nothing to do") >= LEAST_ANSIBLE.noOp * noOp, "no-op beside Ansible"],
  ];
  return [...faults, ...checks.filter(([isGood]) => !isGood).map(([, what]) => what)].map(
    (text) => `${hosts} hosts, ${runSeconds} s: ${text}`,
  );
}

function deadFaults(cases: readonly DeadCase[]): string[] {
  const none = cases.find(({ dead }) => dead === 0);
  return cases.flatMap(({ hosts, dead, frozen, seconds, isEachNamed }) => [
    ...(none && median(seconds) > median(none.seconds) + MOST_DEAD_SECONDS
      ? [`${dead + frozen} of ${hosts} hosts dead or frozen: too slow`]
      : []),
    ...(isEachNamed ? [] : [`${dead + frozen} of ${hosts} hosts dead or frozen: not each is named`]),
  ]);
}

function renderPage(
  hostlistCases: readonly HostlistCase[],
  planCases: readonly PlanCase[],
  fanOutCases: readonly FanOutCase[],
  deadCases: readonly DeadCase[],
): string {
  return `# Performance

Written by \`npm run bench\` (bench/), which fails where a promise is broken. ${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores of
${cpus()[0]?.model.trim() ?? "an unknown processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}. Figures are CPU time, min / median / max of ${RUNS} runs.

## The plan of a large stack

Pulumi.cygnus.yaml on more hosts, one level-1 aggregator for 250 samplers: from the stack file's values to the whole plan, the text of \`ldms plan\`, and the
verdict of every rule. Nothing is contacted. Promised: 10,000 hosts in 2 s and 300 MB, and growth that is linear.

${table(
  ["hosts", "parse", "plan", "render", "rules", "all", "process"],
  planCases.map(({ hosts, runs }) => [
    hosts.toLocaleString("en"),
    ...[
      runs.map(({ parseMs }) => parseMs),
      runs.map(({ planMs }) => planMs),
      runs.map(({ renderMs }) => renderMs),
      runs.map(({ rulesMs }) => rulesMs),
      runs.map(totalMs),
    ].map((values) => `${spread(values)} ms`),
    `${spread(runs.map(({ maxRssMb }) => maxRssMb))} MB`,
  ]),
)}

## Hostlists

100,000 names expanded and folded again, beside ClusterShell's \`NodeSet\` in the same run. Promised: half a second.

${table(
  ["hostlist", "here", "ClusterShell", "ratio of the medians"],
  hostlistCases.map(({ shape, ownMs, peerMs }) => [
    `\`${shape}\``,
    `${spread(ownMs)} ms`,
    peerMs.length > 0 ? `${spread(peerMs)} ms` : "not installed",
    peerMs.length > 0 ? (median(peerMs) / median(ownMs)).toFixed(1) : "",
  ]),
)}
${fanOutCases.length > 0 ? renderFanOut(fanOutCases, deadCases) : ""}`;
}

function renderFanOut(cases: readonly FanOutCase[], deadCases: readonly DeadCase[]): string {
  const rows = cases.flatMap((one) =>
    [...new Set(one.runs.map(({ by }) => by))].map((by) => [
      one.hosts.toLocaleString("en"),
      `${one.runSeconds} s`,
      by,
      ...DEEDS.map((deed) => secondsOf(one, by, deed).toFixed(1)),
      `${Math.max(...one.runs.filter((run) => run.by === by).map(({ peakMb }) => peakMb)).toFixed(0)} MB`,
      by === "ldms up" ? `${one.stateKb.toFixed(0)} KB` : "",
    ]),
  );
  return `
## Many hosts

The method \`fan-out\` on light hosts (bench/light-hosts.ts): one machine that is controller, head and hosts at once, one sshd behind all addresses, and a
stand-in of docker whose \`docker run\` takes the time stated. Everybody works on 64 hosts at once, with the same key exchange (curve25519-sha256), user and
shell, and no connection is kept; pdsh and clush type the docker commands of the host script, Ansible (pipelining) runs one idempotent step. Seconds of wall
clock time, one run each; \`ldms up\` is the whole command: Pulumi, a sweep, and the work. Memory is that of all processes on the controlling side.
${peerVersions()}.

${table(["hosts", "docker run", "by", ...DEEDS, "memory", "state"], rows)}
${
  deadCases.length > 0
    ? `
Dead hosts answer nothing, frozen ones accept a connection and say nothing; \`connectTimeout\` is 5 s, and each is tried once. An \`ldms up\` with nothing to
do on the others:

${table(
  ["hosts", "dead", "frozen", "seconds", "each named"],
  deadCases.map(({ hosts, dead, frozen, seconds, isEachNamed }) => [
    hosts.toLocaleString("en"),
    String(dead),
    String(frozen),
    seconds.map((one) => one.toFixed(1)).join(" / "),
    isEachNamed ? "yes" : "no",
  ]),
)}
`
    : ""
}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** `5 / 6 / 9` */
function spread(values: readonly number[]): string {
  return [Math.min(...values), median(values), Math.max(...values)].map((value) => value.toFixed(0)).join(" / ");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

void main();
