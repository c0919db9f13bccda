import { FILE_LIMIT, type ScaledGroup } from "../scale/aggregator-load";
import { ETCD_QUOTA_BYTES, GRPC_MESSAGE_BYTES, type MaestroLoad } from "../scale/maestro-load";
import type { PullLoad } from "../scale/pull-load";
import type { ScalePlan } from "../scale/scale";
import { renderBytes } from "../text/bytes";

/** The text of `ldms plan --scale`; what is above a limit begins with `!`. @param groups the stack file's part to paste, where there is one */
export function renderScale(scale: ScalePlan, groups: string | undefined): string {
  const { stack, hosts, containers, method, assumptions } = scale;
  const sections = [
    ["the work on the hosts", renderFanOuts(scale)],
    [
      `image pulls, of ${assumptions.imageMib} MiB an image (--image-mib), over ${assumptions.linkGbit} Gbit/s (--link-gbit)`,
      scale.pulls.map(renderPull),
    ],
    [
      `aggregators, of up to ${count(assumptions.fanIn)} daemons each (--fan-in: assumed, no measured limit is known)`,
      scale.aggregators.flatMap((group) => renderGroup(group, scale.maestro !== undefined)),
    ],
    ["maestro", scale.maestro ? renderMaestro(scale.maestro) : []],
    ["stack file, with these aggregators; give the hosts their names, and add them to ldms:hosts", groups?.trimEnd().split("\n") ?? []],
  ] as const;
  const title = `# Stack ${stack}: ${many(containers, "container")} on ${many(hosts, "host")}, method ${method}`;
  const filled = sections.filter(([, lines]) => lines.length > 0);
  return `${[[title], ...filled.map(([name, lines], index) => [`# ${index + 1}. ${name}`, ...lines])].map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

/** What the stock docker provider takes for a host, MB; measured with version 5.2.0. */
const PROVIDER_MB = 78;

function renderFanOuts({ fanOuts, hosts }: ScalePlan): string[] {
  if (fanOuts.length === 0) return [`a provider process a host, of about ${PROVIDER_MB} MB each: ${count(hosts * PROVIDER_MB)} MB`];
  return fanOuts.flatMap(({ head, window, groups }) => [
    `from ${head}, ${window} hosts of a group at once`,
    ...groups.map(({ name, hosts: hostCount, batches }) => {
      const shown = batches.map((batch) => `${count(batch.hosts)} (${count(batch.waves)})`).join(", ");
      const longest = batches.reduce((sum, { longestSeconds }) => sum + longestSeconds, 0);
      return `${name}: ${many(hostCount, "host")} in batches (waves) of ${shown}; at most ${duration(longest)}, with every host at its time-out`;
    }),
  ]);
}

function renderPull({ registry, hosts, bytes, seconds, atOnce, bytesAtOnce, secondsAtOnce }: PullLoad): string {
  const all = `${many(hosts, "host")} pull ${renderBytes(bytes)}, ${duration(seconds)} at the full speed of its link`;
  return `${registry}: ${all}; ${count(atOnce)} at once ask for ${renderBytes(bytesAtOnce)}, ${duration(secondsAtOnce)}`;
}

function renderGroup(group: ScaledGroup, isForAll: boolean): string[] {
  const { name, level, present, proposed, daemonsEach, setsEach, setsMib, setMemoryMib, isSetMemoryGiven, files, port } = group;
  const origin = isSetMemoryGiven ? "by the stack file's `setMemory`" : "by the sizes of plugins' sets, docs/daemons.md";
  return [
    `${mark(present < proposed)}${name}, level ${level}: ${count(present)} in the stack, ${count(proposed)} by the fan-in; ${many(daemonsEach, "daemon")} and ${many(setsEach, "set")} for each`,
    `  ${count(setsMib)} MiB for sets${isForAll ? " of all, since the last one left takes all over" : ""}${isSetMemoryGiven ? "," : ", so"} -m ${setMemoryMib}M (${origin})`,
    `  ${mark(files > FILE_LIMIT)}${many(files, "file descriptor")}, of ${count(FILE_LIMIT)} in upstream's unit (ldmsd@.service.in); TCP port ${port}`,
  ];
}

function renderMaestro({ keys, answerBytes, mostSamplers }: MaestroLoad): string[] {
  const isAbove = answerBytes > GRPC_MESSAGE_BYTES;
  return [
    `${mark(isAbove)}${count(keys)} keys in etcd, read in one answer of ${renderBytes(answerBytes)}, of at most ${renderBytes(GRPC_MESSAGE_BYTES)} (maestro's gRPC limit): enough for ${count(mostSamplers)} samplers`,
    ...(isAbove ? [`  help: several stacks, each with a part of the samplers and a maestro of its own`] : []),
    `${mark(answerBytes > ETCD_QUOTA_BYTES)}${renderBytes(answerBytes)} in etcd at each start of maestro, of ${renderBytes(ETCD_QUOTA_BYTES)} that it keeps (etcd's default quota)`,
  ];
}

/** What is above a limit. */
function mark(isAbove: boolean): string {
  return isAbove ? "! " : "";
}

/** `1 host`, `30 hosts` */
function many(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function count(value: number): string {
  return value.toLocaleString("en");
}

/** `90 s`, `12 min`, `3.4 h` */
function duration(seconds: number): string {
  if (seconds < 120) return `${round(seconds)} s`;
  return seconds < 7200 ? `${round(seconds / 60)} min` : `${round(seconds / 3600)} h`;
}

function round(value: number): string {
  return count(value < 10 ? Number(value.toFixed(1)) : Math.round(value));
}
