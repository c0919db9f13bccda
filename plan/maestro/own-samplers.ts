import type { DaemonGroup } from "../daemons/daemon-group";
import { toMicroseconds } from "../text/duration";
import { describeIssues, type OwnFileProblem } from "../yaml/own-file-problem";
import { Samplers } from "./ldms-cfg-form";

/** Samplers read their plugins from the plan's file, and maestro leaves those alone that have any: what it says of others or of other times is not done. */
export function checkOwnSamplers(document: unknown, groups: readonly DaemonGroup[]): OwnFileProblem[] {
  const parsed = Samplers.safeParse(document);
  if (!parsed.success) return describeIssues(parsed.error);
  const { samplers = [], plugins = {} } = parsed.data;
  const written = samplers.flatMap((entry) =>
    entry.plugins.flatMap((plugin) => (typeof plugin === "string" ? (plugins[plugin] ?? []) : plugin)),
  );
  const planned = groups.flatMap((group) => group.plugins);
  return written.flatMap(({ name, interval }): OwnFileProblem[] => {
    const own = planned.filter((plugin) => plugin.name === name);
    const help = `samplers: [{ plugins: [{ name: ${name}, interval: ${interval ?? "1s"} }] }]`;
    if (own.length === 0) return [{ message: `samplers have the plugin \`${name}\`, in the stack none has it`, help }];
    if (interval === undefined || own.some((plugin) => toMicroseconds(plugin.interval) === microseconds(interval))) return [];
    return [{ message: `the interval of the plugin \`${name}\` is \`${interval}\`, in the stack \`${own[0]!.interval}\``, help }];
  });
}

/** A number alone is microseconds. */
function microseconds(interval: string | number): number {
  return /^[0-9]+$/.test(String(interval)) ? Number(interval) : toMicroseconds(String(interval));
}
