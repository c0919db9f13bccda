import { join } from "node:path";
import { listKept, renderOpenKept } from "../../plan/fan-out/kept-connections";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { SOCKET_CHARACTERS } from "../../plan/hosts/ssh";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { runProcess } from "../../processes/run-process";
import { folderOfPlan } from "./locate-plan";

/** `off`: nothing is kept for the next verb, and what was kept ends. */
export const KEEP_VARIABLE = "LDMS_KEEP";

/** Connections that stay when a verb ends. */
export interface KeptFolder {
  /** Of a host's connection; undefined for one that is not kept. */
  socketOf(host: string): string | undefined;
}

const OPEN_SECONDS = 60;

/** A key that is held for as long as a verb must not be of use beyond it. @param secrets of the stack */
export function mayKeep(secrets: Readonly<Record<string, string>>, wanted = process.env[KEEP_VARIABLE] !== "off"): boolean {
  return wanted && secrets["sshKey"] === undefined;
}

/**
 * The folder of the stack's head, where that is this machine; ends what is kept there where the plan says so, or where it was kept with other settings.
 * @returns undefined where nothing is kept
 */
export async function openKeptFolder(plan: DeploymentPlan): Promise<KeptFolder | undefined> {
  const here = listFanOuts(plan).find(({ head }) => head.connection.kind === "local");
  if (!here || plan.isKeeping === undefined) return undefined;
  const isKeeping = plan.isKeeping && here.keep > 0;
  const script = renderOpenKept(plan.stack, here, isKeeping);
  const { stdout } = await runProcess(["sh", "-c", script], { timeoutSeconds: OPEN_SECONDS, folder: folderOfPlan(plan) });
  if (stdout === "") return undefined;
  const kept = new Set(listKept(here));
  return {
    socketOf: (host) => {
      const path = join(stdout, host);
      return kept.has(host) && path.length <= SOCKET_CHARACTERS ? path : undefined;
    },
  };
}
