import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { longestConnectSeconds } from "../../plan/hosts/ssh";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { type ProcessResult, runProcess } from "../../processes/run-process";
import { makeSocketFolder } from "../../processes/socket-folder";
import { askThroughHeads } from "./ask-through-heads";
import { mapBounded } from "./bounded";
import { openKeptFolder } from "./kept-folder";
import type { ManyScripts } from "./many-hosts";
import { RemoteCommandError } from "./remote-error";
import { type RemoteCommand, type RunLimits, type RunOn, runOnHost, runThrough, type SshTarget } from "./run-on-host";

const CLOSE_TIMEOUT_SECONDS = 5;

/**
 * Gives `use` a way to run steps that keeps one ssh connection a host until `use` ends: every step after a host's first costs no key exchange.
 * The sockets lie in a private folder below the system's temporary one. Where the plan says so, connections stay for the next verb, in the folder of the
 * stack's head.
 */
export async function withHosts<T>(use: (run: RunOn) => Promise<T>, plan?: DeploymentPlan): Promise<T> {
  const stays = plan && (await openKeptFolder(plan));
  const folder = makeSocketFolder();
  const own = new Map<string, string>();
  const runOne: RunOn = (target, command, limits) => {
    const { name, connection } = target;
    if (connection.kind === "local") return runOnHost(target, command, limits);
    const kept = stays?.socketOf(name);
    if (kept !== undefined) return runThroughKept(kept, { name, connection }, command, limits);
    // Numbers, for a socket's path has room for about 90 characters.
    const path = own.get(name) ?? folder.socket(String(own.size));
    own.set(name, path);
    return runOnHost(target, command, { ...limits, sharing: { path, how: "step" } });
  };
  const hasFarHeads = plan !== undefined && listFanOuts(plan).some(({ head }) => head.connection.kind === "ssh");
  const run: RunOn = hasFarHeads ? Object.assign(runOne, { many: (asked: ManyScripts) => askThroughHeads(plan, asked) }) : runOne;
  try {
    return await use(run);
  } finally {
    await mapBounded([...own.values()], endConnection);
    folder.remove();
  }
}

/**
 * By the connection that is there; where it is dead or there is none, by one that the next step and the next verb find. One that is silent gets half the
 * time of a new one, and the new one the other half.
 */
async function runThroughKept(path: string, target: SshTarget, command: RemoteCommand, limits: RunLimits): Promise<ProcessResult> {
  const { connection } = target;
  const firstWordSeconds = longestConnectSeconds(connection) / 2;
  const said = existsSync(path) ? await runThrough(path, target, command, { ...limits, firstWordSeconds }) : "dead";
  if (typeof said !== "string") return said;
  if (said === "silent") await endConnection(path);
  const connectTimeoutSeconds = Math.ceil(connection.connectTimeoutSeconds / 2);
  const renewed = said === "silent" ? { ...target, connection: { ...connection, connectTimeoutSeconds } } : target;
  try {
    return await runOnHost(renewed, command, { ...limits, sharing: { path, how: "open" } });
  } catch (error) {
    // Another run has ended what was kept.
    if (!(error instanceof RemoteCommandError) || existsSync(dirname(path))) throw error;
    return runOnHost(renewed, command, limits);
  }
}

/** A connection that does not end now ends by ControlPersist; that is no failure of the run. */
async function endConnection(path: string): Promise<void> {
  if (!existsSync(path)) return;
  const argv = ["ssh", "-F", "none", "-o", `ControlPath=${path}`, "-O", "exit", "ldms"] as const;
  await runProcess(argv, { timeoutSeconds: CLOSE_TIMEOUT_SECONDS }).catch(() => undefined);
  await rm(path, { force: true });
}
