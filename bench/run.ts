import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { type HostlistCase, measureHostlists } from "./hostlist";
import { measurePlans, type PlanCase, totalMs } from "./plan";

/** Odd, so that a median is one of them. */
const RUNS = 3;
const PAGE = join(__dirname, "../docs/performance.md");

/** `npm run bench`: measures, prints, writes docs/performance.md; exit code 1 where a figure is above what is promised. */
console.log(`bench: hostlists of 100,000 names, ${RUNS} runs`);
const hostlists = measureHostlists(RUNS);
if (hostlists.some(({ peerMs }) => peerMs.length === 0))
  console.warn("!!!! No ClusterShell here: hostlists are measured without their peer (apt-get install python3-clustershell) !!!!");
console.log(`bench: plans of 100 to 100,000 hosts, ${RUNS} runs`);
const plans = measurePlans(RUNS);
const page = renderPage(hostlists, plans);
console.log(page);
writeFileSync(PAGE, page);
const faults = [
  ...hostlists.filter(({ isGood }) => !isGood).map(({ shape }) => `${shape}: above half a second`),
  ...plans.flatMap((one) => one.faults),
];
for (const fault of faults) console.error(`FAIL ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;

function renderPage(hostlistCases: readonly HostlistCase[], planCases: readonly PlanCase[]): string {
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
`;
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
