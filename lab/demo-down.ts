import { rmSync } from "node:fs";
import { join } from "node:path";
import { BUILD_STACK_FILE } from "./demo-stack";
import { LAB_FOLDER, PROJECT_FOLDER } from "./names";
import { say } from "./progress";
import { runLive } from "./run-live";

/** Removes the lab with all that runs on it, then the stack's state, since the hosts that it describes are gone. */
async function demoDown(): Promise<void> {
  process.chdir(PROJECT_FOLDER);
  await runLive(["npx", "tsx", "lab/lab-down.ts"], {});
  rmSync(BUILD_STACK_FILE, { force: true });
  for (const name of ["state", "env", "ovis"]) rmSync(join(LAB_FOLDER, name), { recursive: true, force: true });
}

demoDown().catch((error: Error) => {
  say(error.message);
  process.exitCode = 1;
});
