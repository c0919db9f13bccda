import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_FOLDER, runOnHost } from "../../lab/lab";
import { type LabStack, succeeded } from "./lab-stack";
import type { StackChanges } from "./project-folder";
import { changedResources, stepLines } from "./steps";

/** A host of the lab that runs no container of the stack. */
export const HEAD = "cygnus-08";
/** A host with a container of its own, that works on others. */
export const SECOND_HEAD = "cygnus-05";
const HEAD_KEY = "/root/.ssh/ldms-fan-out";

export const FAN_OUT: StackChanges = {
  "ldms:method": "fan-out",
  "ldms:fanOut": { head: HEAD, key: HEAD_KEY, canary: "2s", serial: [1, 2, "100%"], maxFail: 1, hostTimeout: "90s" },
};
export const TWO_HEADS: StackChanges = {
  ...FAN_OUT,
  "ldms:fanOut": { ...(FAN_OUT["ldms:fanOut"] as object), heads: [{ host: SECOND_HEAD, hosts: "cygnus-[03-04,06]" }] },
};

/** Gives both heads the key by which they reach the others. */
export async function equipHeads(): Promise<void> {
  const stdin = readFileSync(join(LAB_FOLDER, "id_ed25519"), "utf8");
  for (const head of [HEAD, SECOND_HEAD]) await runOnHost(head, `umask 077; cat >${HEAD_KEY}`, { stdin });
}

export async function clearHeads(): Promise<void> {
  for (const head of [HEAD, SECOND_HEAD]) await runOnHost(head, `rm -f ${HEAD_KEY} /root/.ssh/known_hosts*; rm -rf /root/.local`);
}

/** @returns what the run did, `update fan-out-samp-2` */
export async function upByFanOut(lab: LabStack, changes: StackChanges = FAN_OUT): Promise<readonly string[]> {
  return stepLines(changedResources(succeeded(await lab.up(changes, ["--json"])).stdout, "done"));
}
