import { DEEDS, type Deed } from "./bench-stack";
import { type Result, ROUNDS } from "./cases";
import type { DistributionCase } from "./distribution";
import type { Figures } from "./figures";
import { type HostNamesCase, namesRatio } from "./host-names";
import { type DeadCase, FAN_OUT, type FanOutCase } from "./measure-fan-out";
import type { HostlistCase } from "./measure-hostlists";
import { type PlanCase, planYardsticks, totalMs } from "./plan-cases";
import type { PolicyCase } from "./policies";
import { deployRatio, secondsOf, timesOurs } from "./promises";
import { type StartCase, startRatio } from "./start";
import { median, spread } from "./statistics";
import type { VerbsCase } from "./verbs";

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
    ...renderVerbs(of("verbs").map((measured) => ({ ...measured, one: measured.one.one }))),
    ...of("dead").map(({ one, date }) => renderDead(one.cases, date)),
    ...renderDistributions(of("distribution").map((measured) => ({ ...measured, one: measured.one.one }))),
  ];
  return `${sections.join("\n\n")}\n`;
}

function renderHead(figures: readonly Figures[]): string {
  const machines = distinct(figures.map(({ machine }) => machine));
  return `# Performance

Measured on ${machines.join("; ")}.
Three figures are min / median / max of ${ROUNDS} runs. A figure alone is of one run.

This page is written by \`npm run bench\` (bench/) from the figures in bench/figures. A run replaces what it has measured, and fails where a promise is broken.
\`npm run bench -- --full --only fan-out-200\` measures one case again.`;
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts.filter(Boolean))];
}

function renderPlans(cases: readonly PlanCase[], date: string): string {
  const rows = cases.map((one) => {
    const { hosts, runs, yardstickMs } = one;
    const times = [
      ...(["parseMs", "planMs", "renderMs", "rulesMs"] as const).map((key) => runs.map((run) => run[key])),
      runs.map(totalMs),
      runs.map(({ ldmsCfgMs }) => ldmsCfgMs),
    ];
    return [
      hosts.toLocaleString("en"),
      ...times.map((values) => `${spread(values)} ms`),
      `${spread(runs.map(({ maxRssMb }) => maxRssMb))} MB`,
      `${spread(yardstickMs)} ms`,
      planYardsticks(one).toFixed(2),
    ];
  });
  return `## The plan of a large stack

Pulumi.cygnus.yaml on more hosts, with one level-1 aggregator for 250 samplers. Measured ${date}.
Each run goes from the stack file's values to the whole plan, the text of \`ldms plan\`, and the verdict of every rule.
ldms_cfg.yaml is a part of the plan, and is measured once more by itself. The figures are CPU time. Nothing is contacted.

The same machine takes longer for the same work when others use it. So in turn with each run there is a yardstick, which never changes:
the package \`yaml\` reads an inventory of 10,000 hosts, three lines each. The ratio is the whole plan to the yardstick, by the shortest run of each.

Promised: 10,000 hosts in 1.6 yardsticks and 300 MB, growth that is linear, and the ldms_cfg.yaml of 30,000 hosts in 1.6 yardsticks.

${table(["hosts", "parse", "plan", "render", "rules", "all", "ldms_cfg.yaml", "process", "yardstick", "ratio"], rows)}`;
}

function renderHostlists(cases: readonly HostlistCase[], date: string): string {
  const rows = cases.map(({ shape, ownMs, peerMs }) => [
    `\`${shape}\``,
    `${spread(ownMs)} ms`,
    peerMs.length > 0 ? `${spread(peerMs)} ms` : "not installed",
    peerMs.length > 0 ? (median(peerMs) / median(ownMs)).toFixed(1) : "",
  ]);
  return `## Hostlists

100,000 names are expanded and folded again, beside ClusterShell's \`NodeSet\` in the same run. The figures are CPU time. Measured ${date}.

Promised: half a second.

${table(["hostlist", "here", "ClusterShell", "ratio of the medians"], rows)}`;
}

function renderHostNames(one: HostNamesCase, date: string): string {
  const rows = one.namings.map(({ hosts, seconds, resources }) => [`\`${hosts}\``, spread(seconds, 1), String(resources)]);
  return `## Names of hosts

An \`ldms preview\` of 10,240 samplers by the embedded engine, whole and without a sweep. Measured ${date}.
In turn, the names end in a number each, and are names of racks and nodes with \`componentIds\` by rule.
The figures are CPU time of all its processes, in seconds.

Promised: as many resources, and at most 1.1 times as long, by the shortest run of each. It is ${namesRatio(one).toFixed(2)}.

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

In turn in a checkout, and in the package that \`npm run package\` makes. Measured ${date}.
A checkout compiles its sources at the first run, and later what has changed. The figures are CPU time, in seconds.

Promised: from the second run on at most 1.3 times the package, by the shortest run of each.

${table(["command", "checkout, first run", "checkout, later", "package", "ratio"], rows)}`;
}

function renderPolicies({ resources, resourceMs, stackMs }: PolicyCase, date: string): string {
  const row = [resources.toLocaleString("en"), `${spread(resourceMs)} ms`, `${spread(stackMs)} ms`];
  return `## The policy pack

Every policy on every resource of a stack by the method \`docker\`, in one process. Measured ${date}.
It goes through the SDK's own handlers, with each resource unpacked once. The figures are CPU time.

Promised: 5 s for both together.

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

\`ldms up\` beside pdsh, clush and Ansible, one after the other. The figures are wall clock, in seconds.

- An \`ldms up\` is the whole command: the embedded engine, a sweep, and the work. By the method \`docker\` it looks for drift with \`--refresh\`.
- Nobody waits for data (\`--no-wait\`): these hosts send none.
- All of them work on 64 hosts at once, with the same key exchange (curve25519-sha256), user and shell. No connection is kept.
- pdsh and clush do the same work: they type the docker commands of the host script, write its files, and later look at what is in them.
  In figures from before 2026-11-29 they, and Ansible, typed the docker commands alone.
- Ansible (pipelining) runs one idempotent step. On hosts with engines, which have no Python, it does so by its module \`raw\`.
- Memory is that of all processes on the controlling side, which is the head too.
- ${distinct(measured.map(({ peers }) => peers)).join("; ")}.

Two kinds of hosts are measured:

- Engines: each host is a container of the lab's host image (bench/real-hosts.ts) on this one machine, with an engine of its own. It pulls and runs an image that waits.
- Light: one sshd behind many addresses (bench/light-hosts.ts), with a stand-in of docker whose \`docker run\` takes the time stated. They measure the way to the hosts.

${table(["hosts", "by", ...DEEDS, "memory", "state", "measured"], rows)}

These are ratios of the medians. The first is the first deploy without the sweep (a run with nothing to do) to pdsh's; at most 1.2 is promised for 1,000 hosts.
The others say how many times as long Ansible takes as the whole \`ldms up\`.

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

function renderVerbs(measured: readonly Measured<VerbsCase>[]): string[] {
  if (measured.length === 0) return [];
  const rows = measured.flatMap(({ one, date }) => {
    const { hosts, runs } = one;
    return runs.map(({ by, freshSeconds, keptSeconds, peakMb }) => [
      hosts.toLocaleString("en"),
      by,
      spread(freshSeconds, 1),
      spread(keptSeconds, 1),
      againRatio(one, by)?.toFixed(2) ?? "",
      `${peakMb.toFixed(0)} MB`,
      date,
    ]);
  });
  return [
    `## Asking the hosts

Verbs that ask every host and change nothing, on light hosts. pdsh and clush type what a look needs. The figures are wall clock, in seconds.

- Fresh: each host is connected to anew, by all of them.
- Again: a second run, with the connections that the first one has kept. pdsh and clush keep theirs by \`ControlPersist\`, for as long, and all of them; \`ldms\` keeps 400 (\`fanOut.keep\`).
- \`status --all\` asks every host. Without \`--all\` a stack of more than 64 hosts is known from its aggregators, which these have not.
- Light hosts send no data. Where an \`ldms up\` waits, it waits for healthy containers, which these are: it is one more look at every host.

The ratio is again to pdsh fresh, of the medians.${renderWanted(measured)}

${table(["hosts", "by", "fresh", "again", "ratio", "memory", "measured"], rows)}`,
  ];
}

/** What is wanted of each verb of ours that does not wait. */
const WANTED = { hosts: 200, ratio: 0.6 };

function renderWanted(measured: readonly Measured<VerbsCase>[]): string {
  const one = measured.find(({ one: { hosts } }) => hosts === WANTED.hosts)?.one;
  if (!one) return "";
  const verbs = one.runs.map(({ by }) => by).filter((by) => by.startsWith("ldms") && !by.endsWith("and wait"));
  const missed = verbs.filter((by) => (againRatio(one, by) ?? 0) > WANTED.ratio);
  const what = missed.length === 0 ? "and reached" : `and not reached by ${missed.map((by) => `\`${by}\``).join(", ")}`;
  return ` On ${WANTED.hosts} hosts ${WANTED.ratio} is wanted, ${what}.`;
}

/** undefined where pdsh was not measured. */
function againRatio({ runs }: VerbsCase, by: string): number | undefined {
  const [pdsh, own] = ["pdsh", by].map((name) => runs.find((run) => run.by === name));
  return pdsh && own && median(own.keptSeconds) / median(pdsh.freshSeconds);
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

An \`ldms up\` that has nothing to do on the other hosts. Measured ${date}.
Dead hosts answer nothing. Frozen ones accept a connection and say nothing. \`connectTimeout\` is 5 s, and each host is tried once.

Promised: at most 12 s more than without them.

${table(["hosts", "dead", "frozen", "seconds", "each named"], rows)}`;
}

function renderDistributions(measured: readonly Measured<DistributionCase>[]): string[] {
  if (measured.length === 0) return [];
  const rows = measured.flatMap(({ one: { hosts, ways }, date }) =>
    ways.map(({ way, seconds }) => [String(hosts), way, spread(seconds, 1), date]),
  );
  return [
    `## Images to the hosts

An image of ${measured[0]!.one.imageMib} MiB goes to hosts that have nothing of it, each with an engine of its own, on this one machine. The figures are wall clock, in seconds.
An \`ldms up\` is the whole command, with the look, the check and the containers. Its archive is saved and compressed before. By hand it is the image alone.

${table(["hosts", "by", "seconds", "measured"], rows)}`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
