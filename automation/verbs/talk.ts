import { followLogs, type LogTarget, MOST_FOLLOWED } from "../../operations/gather/follow-logs";
import { type Gathered, type GatheredReport, gather } from "../../operations/gather/gather";
import { type LogArgs, renderInContainer, renderLogsLine, renderUserLine } from "../../operations/gather/gather-script";
import { pickContainers, pickHosts, type Selection, type Target } from "../../operations/gather/pick-targets";
import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";
import { mayHoldSecret } from "../../plan/text/secret-words";
import { shellLine } from "../../plan/text/shell";
import type { StackLocation } from "../../stack/open-stack";
import { type Act, keepAct } from "../keep-act";
import { readSitePlan } from "../site-plan";

export interface ExecArgs extends Selection {
  /** One word is a line of shell, several are a program and its arguments. With `role` or `container` it runs inside these containers. */
  readonly command: readonly [string, ...string[]];
  /** For each host, on top of connecting. @default 60 */
  readonly timeoutSeconds?: number;
  /** Asked before anything runs where there are more than 16 hosts. @default yes */
  readonly confirm?: (hosts: readonly string[]) => Promise<boolean>;
  /** For whom, for the history. */
  readonly actor?: string;
  readonly signal?: AbortSignal;
}

export interface ExecReport extends GatheredReport {
  readonly isDeclined?: true;
  /** Why the history does not have it; absent where it has. */
  readonly unkept?: string;
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
/** Of a command in the history. */
const MOST_CHARACTERS = 1000;
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
  const run = () => gather(targets, { step: "exec", lineFor, seconds: timeoutSeconds, signal });
  const { done, ...kept } = await keepAct(location, actOf(args, hosts), run, endsOf);
  return { stack, results: done, ...kept };
}

/** What a command's history shows of it. */
function actOf({ command, role, container, actor }: ExecArgs, hosts: readonly string[]): Act {
  const inside = [...(role === undefined ? [] : [`role ${role}`]), ...(container === undefined ? [] : [`container ${container}`])].join(
    ", ",
  );
  return {
    verb: "exec",
    text: tellCommand(command),
    hosts: foldHosts([...hosts]),
    ...(actor !== undefined && { actor }),
    ...(inside !== "" && { inside }),
  };
}

/** One word is a line of shell as it stands. Of one that may have a password in it the program alone is kept. */
function tellCommand(command: ExecArgs["command"]): string {
  const line = command.length === 1 ? command[0] : shellLine(command);
  if (!mayHoldSecret(line)) return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)}…` : line;
  const [program = ""] = line.trimStart().split(/\s/);
  return `${mayHoldSecret(program) ? "" : program} … (not kept: it may have a password in it)`.trimStart();
}

function endsOf(results: readonly Gathered[]): Readonly<Record<string, string>> {
  const ends = groupBy(results, ({ exitCode, failure }) => failure ?? `exit code ${exitCode}`);
  return Object.fromEntries([...ends].map(([end, alike]) => [end, foldHosts(alike.map(({ host }) => host))]));
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
