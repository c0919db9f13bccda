import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { clearHeads, equipHeads, FAN_OUT } from "../fan-out-stack";
import { nowSeconds, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { StackChanges } from "../project-folder";
import { describeMungeRotation, SAMPLERS } from "./munge-rotation";

interface Way {
  readonly stack: string;
  readonly changes: StackChanges;
  /** A munged can be put in the place of the container's own. */
  readonly isWritable: boolean;
}

const WAYS: Readonly<Record<string, Way>> = {
  "the method docker": { stack: "labkeydocker", changes: {}, isWritable: true },
  "the method fan-out": { stack: "labkeyfan", changes: FAN_OUT, isWritable: true },
  "the profile minimal": { stack: "labkeymin", changes: { "ldms:profile": "minimal" }, isWritable: false },
};

/** Rotations of the key, in every way in which it is brought and kept. */
export function describeMungeWays(lab: LabStack): void {
  for (const [name, { stack, changes, isWritable }] of Object.entries(WAYS)) {
    describe(`munge mode key, by ${name}`, () => {
      before(async () => {
        await lab.haveNothing();
        await equipHeads();
        lab.project.writeStackFile(stack, { ...changes, "ldms:munge": { mode: "key" } });
        succeeded(await lab.ldms(["config", "set", "-s", stack, "--secret", "mungeKey"], { stdin: randomBytes(128).toString("base64") }));
        succeeded(await lab.ldms(["up", "-s", stack, "--engine", "embedded", "--yes", "--no-wait"], { timeoutSeconds: 300 }));
        assert.deepEqual(await waitForIds(SAMPLERS, nowSeconds()), SAMPLERS);
      });
      after(async () => {
        succeeded(await lab.ldms(["destroy", "-s", stack, "--engine", "embedded", "--yes"], { timeoutSeconds: 240 }));
        await clearHeads();
      });

      describeMungeRotation(lab, stack, isWritable);
    });
  }
}
