import { followLogs, type LogTarget, MOST_FOLLOWED } from "../../operations/gather/follow-logs";
import { type GatheredReport, gather } from "../../operations/gather/gather";
import { type LogArgs, renderInContainer, renderLogsLine, renderUserLine } from "../../operations/gather/gather-script";
import { pickContainers, pickHosts, type Selection, type Target } from "../../operations/gather/pick-targets";
import type { StackLocation } from "../../stack/open-stack";
import { readSitePlan } from "../site-plan";

export interface ExecArgs extends Selection {
  /** One word is a line of shell, several are a program and its arguments. With `role` or `container` it runs inside these containers. */
  readonly command: readonly [string, ...string[]];
  /** For each host, on top of connecting. @default 60 */
  readonly timeoutSeconds?: number;
  /** Asked before anything runs where there are more than 16 hosts. @default yes */
  readonly confirm?: (hosts: readonly string[]) => Promise<boolean>;
  readonly signal?: AbortSignal;
}

export interface ExecReport extends GatheredReport {
  readonly isDeclined?: true;
}

export interface LogsArgs extends Selection, LogArgs {
  readonly signal?: AbortSignal;
}

export interface FollowLogsArgs extends LogsArgs {
  /** A line without its end; the next one is read when it is done with this one. */
  readonly onLine: (place: LogPlace, line: string) => Promise<void> | void;
  /** One whose log has ended, and why; the others go on. */
  readonly onEnd: (place: LogPlace, reason: string) => void;
  /** Told once, where there are more containers than are followed at once. */
  readonly onCap?: (followed: readonly LogPlace[], all: number) => void;
}

export interface LogPlace {
  readonly host: string;
  readonly container: string;
}

/** With more hosts than these a slip of the hand costs more than a question. */
const MOST_UNASKED = 16;
const EXEC_SECONDS = 60;
const LOGS_SECONDS = 30;

export async function execOnHosts(location: StackLocation, args: ExecArgs): Promise<ExecReport> {
  const { command, timeoutSeconds = EXEC_SECONDS, confirm = async () => true, signal } = args;
  const { located } = await readSitePlan(location);
  const isInside = args.role !== undefined || args.container !== undefined;
  const targets: readonly Target[] = isInside ? pickContainers(located, args) : pickHosts(located, args).map((host) => ({ host }));
  const hosts = [...new Set(targets.map(({ host }) => host.name))];
  const { stack } = located;
  if (hosts.length > MOST_UNASKED && !(await confirm(hosts))) return { stack, isDeclined: true, results: [] };
  const lineFor = ({ container }: Target) => (container === undefined ? renderUserLine(command) : renderInContainer(container, command));
  return { stack, results: await gather(targets, { step: "exec", lineFor, seconds: timeoutSeconds, signal }) };
}

export async function readLogs(location: StackLocation, { signal, ...args }: LogsArgs): Promise<GatheredReport> {
  const { located } = await readSitePlan(location);
  const lineFor = ({ container }: Target) => renderLogsLine(container!, args);
  return {
    stack: located.stack,
    results: await gather(pickContainers(located, args), { step: "docker logs", lineFor, seconds: LOGS_SECONDS, signal }),
  };
}

export async function followSiteLogs(location: StackLocation, args: FollowLogsArgs): Promise<void> {
  const { located } = await readSitePlan(location);
  const all = pickContainers(located, args);
  const followed = all.slice(0, MOST_FOLLOWED);
  if (followed.length < all.length) args.onCap?.(followed.map(placeOf), all.length);
  const { onLine, onEnd, signal, tail, since } = args;
  await followLogs(followed, {
    ...(tail !== undefined && { tail }),
    ...(since !== undefined && { since }),
    onLine: (target, line) => onLine(placeOf(target), line),
    onEnd: (target, reason) => onEnd(placeOf(target), reason),
    signal,
  });
}

function placeOf({ host, container }: LogTarget): LogPlace {
  return { host: host.name, container };
}
