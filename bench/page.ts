import { DEEDS, type Deed } from "./bench-stack";
import { type Result, ROUNDS } from "./cases";
import type { DistributionCase } from "./distribution";
import type { Figures } from "./figures";
import { type HostNamesCase, namesRatio } from "./host-names";
import { type DeadCase, FAN_OUT, type FanOutCase } from "./measure-fan-out";
import type { HostlistCase } from "./measure-hostlists";
import { type PlanCase, totalMs } from "./plan-cases";
import type { PolicyCase } from "./policies";
import { deployRatio, secondsOf, timesOurs } from "./promises";
import { type StartCase, startRatio } from "./start";
import { median, spread } from "./statistics";

/** A case of a kind, and when it was measured. */
type Measured<C> = Pick<Figures, "date" | "peers"> & { readonly one: C };

/** docs/performance.md. */
export function renderPage(figures: readonly Figures[]): string {
  const of = <K extends Result["kind"]>(kind: K): readonly Measured<Extract<Result, { kind: K }>>[] =>
    figures.flatMap(({ result, ...rest }) => (result.kind === kind ? [{ ...rest, one: result as Extract<Result, { kind: K }> }] : []));
  const sections = [
    renderHead(figures),
    ...of("plans").map(({ one, date }) => renderPlans(one.cases, date)),
    ...of("hostlists").map(({ one, date }) => renderHostlists(one.cases, date)),
    ...of("host-names").map(({ one, date }) => renderHostNames(one.one, date)),
    ...of("start").map(({ one, date }) => renderStart(one.cases, date)),
    ...of("policies").map(({ one, date }) => renderPolicies(one.one, date)),
    ...renderFanOuts(of("fan-out").map((measured) => ({ ...measured, one: measured.one.one }))),
    ...of("dead").map(({ one, date }) => renderDead(one.cases, date)),
    ...renderDistributions(of("distribution").map((measured) => ({ ...measured, one: measured.one.one }))),
  ];
  return `${sections.join("\n\n")}\n`;
}

function renderHead(figures: readonly Figures[]): string {
  const machines = distinct(figures.map(({ machine }) => machine));
  return `# Performance

Written by \`npm run bench\` (bench/), which fails where a promise is broken, from the figures in bench/figures: a run replaces what it has measured. ${machines.join("; ")}.
Min / median / max of ${ROUNDS} runs; a figure alone is of one run. \`npm run bench -- --full --only fan-out-200\` measures one case again.`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.filter(Boolean))];
}

function renderPlans(cases: readonly PlanCase[], date: string): string {
  const rows = cases.map(({ hosts, runs }) => {
    const times = [
      ...(["parseMs", "planMs", "renderMs", "rulesMs"] as const).map((key) => runs.map((run) => run[key])),
      runs.map(totalMs),
      runs.map(({ ldmsCfgMs }) => ldmsCfgMs),
    ];
    return [
      hosts.toLocaleString("en"),
      ...times.map((values) => `${spread(values)} ms`),
      `${spread(runs.map(({ maxRssMb }) => maxRssMb))} MB`,
    ];
  });
  return `## The plan of a large stack

Pulumi.cygnus.yaml on more hosts, one level-1 aggregator for 250 samplers: from the stack file's values to the whole plan, the text of \`ldms plan\`, and the
verdict of every rule; ldms_cfg.yaml is a part of the plan, and once more by itself. CPU time. Nothing is contacted. Promised: 10,000 hosts in 2 s and 300 MB,
growth that is linear, and the ldms_cfg.yaml of 30,000 in 2 s. Measured ${date}.

${table(["hosts", "parse", "plan", "render", "rules", "all", "ldms_cfg.yaml", "process"], rows)}`;
}

function renderHostlists(cases: readonly HostlistCase[], date: string): string {
  const rows = cases.map(({ shape, ownMs, peerMs }) => [
    `\`${shape}\``,
    `${spread(ownMs)} ms`,
    peerMs.length > 0 ? `${spread(peerMs)} ms` : "not installed",
    peerMs.length > 0 ? (median(peerMs) / median(ownMs)).toFixed(1) : "",
  ]);
  return `## Hostlists

100,000 names expanded and folded again, beside ClusterShell's \`NodeSet\` in the same run. CPU time. Promised: half a second. Measured ${date}.

${table(["hostlist", "here", "ClusterShell", "ratio of the medians"], rows)}`;
}

function renderHostNames(one: HostNamesCase, date: string): string {
  const rows = one.namings.map(({ hosts, seconds, resources }) => [`\`${hosts}\``, spread(seconds, 1), String(resources)]);
  return `## Names of hosts

An \`ldms preview\` of 10,240 samplers by the embedded engine, whole and without a sweep, whose names end in a number each, and whose names are of racks and nodes with
\`componentIds\` by rule, in turn. CPU time of all its processes, seconds. Promised: as many resources, and at most 1.1 times as long, by the least of each; it is ${namesRatio(one).toFixed(2)}. Measured ${date}.

${table(["hosts", "seconds", "resources"], rows)}`;
}

function renderStart(cases: readonly StartCase[], date: string): string {
  const rows = cases.map((one) => [
    `\`ldms ${one.command}\``,
    one.firstSeconds.toFixed(2),
    spread(one.checkoutSeconds, 2),
    spread(one.packageSeconds, 2),
    startRatio(one).toFixed(2),
  ]);
  return `## How soon a command starts

In a checkout, which compiles its sources at the first run and what has changed later on, and in the package that \`npm run package\` makes, in turn. CPU time, seconds.
Promised: from the second run on at most 1.3 times the package, by the least of each. Measured ${date}.

${table(["command", "checkout, first run", "checkout, later", "package", "ratio"], rows)}`;
}

function renderPolicies({ resources, resourceMs, stackMs }: PolicyCase, date: string): string {
  const row = [resources.toLocaleString("en"), `${spread(resourceMs)} ms`, `${spread(stackMs)} ms`];
  return `## The policy pack

Every policy on every resource of a stack by the method \`docker\`, in one process, through the SDK's own handlers, with each resource unpacked once. CPU time. Promised: 5 s for both together. Measured ${date}.

${table(["resources", "policies on each", "policies on the stack"], [row])}`;
}

function renderFanOuts(measured: readonly Measured<FanOutCase>[]): string[] {
  if (measured.length === 0) return [];
  const rows = measured.flatMap(({ one, date }) => distinct(one.runs.map(({ by }) => by)).map((by) => [...renderRun(one, by), date]));
  const ratios = measured.map(({ one }) => [
    nameOf(one),
    shown(deployRatio(one)),
    shown(timesOurs(one, "ansible", "first deploy")),
    shown(timesOurs(one, "ansible", "nothing to do")),
  ]);
  return [
    `## Many hosts

An \`ldms up\` is the whole command: Pulumi's embedded engine, a sweep, and the work. Everybody works on 64 hosts at once, in turn, with the same key exchange
(curve25519-sha256), user and shell, and no connection is kept; pdsh and clush type the docker commands of the host script, Ansible (pipelining) runs one
idempotent step (by its module \`raw\` on hosts that have no Python: those with engines). Wall clock, seconds. Memory is that of all processes on the controlling side, which is head too.
${distinct(measured.map(({ peers }) => peers)).join("; ")}.

Hosts with an engine each are containers of the lab's host image (bench/real-hosts.ts) on this one machine, which pull and run an image that waits. Light hosts
(bench/light-hosts.ts) are one sshd behind many addresses and a stand-in of docker whose \`docker run\` takes the time stated: they measure the way to the
hosts. By the method \`docker\` drift is looked for with \`--refresh\`.

${table(["hosts", "by", ...DEEDS, "memory", "state", "measured"], rows)}

Ratios of the medians: the first deploy without the sweep (a run with nothing to do) to pdsh's, of which at most 1.2 is promised for 1,000 hosts; and how many
times as long Ansible takes as the whole \`ldms up\`.

${table(["hosts", "first deploy, to pdsh", "Ansible, first deploy", "Ansible, nothing to do"], ratios)}`,
  ];
}

function renderRun(one: FanOutCase, by: string): string[] {
  const peakMb = Math.max(...one.runs.filter((run) => run.by === by).map((run) => run.peakMb));
  const seconds = (deed: Deed) => secondsOf(one, by, deed);
  return [
    nameOf(one),
    by,
    ...DEEDS.map((deed) => (seconds(deed).length > 0 ? spread(seconds(deed), 1) : "")),
    `${peakMb.toFixed(0)} MB`,
    by === FAN_OUT ? `${one.stateKb.toFixed(0)} KB` : "",
  ];
}

function nameOf({ hosts, runSeconds }: FanOutCase): string {
  return `${hosts.toLocaleString("en")} ${runSeconds === undefined ? "engines" : `light, ${runSeconds} s`}`;
}

function shown(ratio: number | undefined): string {
  return ratio === undefined ? "" : ratio.toFixed(2);
}

function renderDead(cases: readonly DeadCase[], date: string): string {
  const rows = cases.map(({ hosts, dead, frozen, seconds, isEachNamed }) => [
    hosts.toLocaleString("en"),
    String(dead),
    String(frozen),
    spread(seconds, 1),
    isEachNamed ? "yes" : "no",
  ]);
  return `## Dead hosts

Dead hosts answer nothing, frozen ones accept a connection and say nothing; \`connectTimeout\` is 5 s, and each is tried once. An \`ldms up\` with nothing to
do on the others. Promised: at most 12 s more than without them. Measured ${date}.

${table(["hosts", "dead", "frozen", "seconds", "each named"], rows)}`;
}

function renderDistributions(measured: readonly Measured<DistributionCase>[]): string[] {
  if (measured.length === 0) return [];
  const rows = measured.flatMap(({ one: { hosts, ways }, date }) =>
    ways.map(({ way, seconds }) => [String(hosts), way, spread(seconds, 1), date]),
  );
  return [
    `## Images to the hosts

An image of ${measured[0]!.one.imageMib} MiB to hosts with an engine each, on this one machine, that have nothing of it. An \`ldms up\` is the whole command, look, check and containers
included; the archive is saved and compressed before. By hand it is the image alone. Wall clock, seconds.

${table(["hosts", "by", "seconds", "measured"], rows)}`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
