import { ProcessTimeout, runProcess } from "../processes/run-process";
import { LabError } from "./names";

/** A local engine answers within a fraction of this; making eight containers at once on a slow disk takes the rest. */
const DOCKER_TIMEOUT_SECONDS = 60;

/**
 * Runs `docker ARGS` against this machine's engine and returns what it printed.
 * @throws LabError when it fails or does not end in time
 */
export async function docker(args: readonly string[], timeoutSeconds = DOCKER_TIMEOUT_SECONDS): Promise<string> {
  const command = `docker ${args.slice(0, 2).join(" ")}`;
  try {
    const { code, stdout, stderr } = await runProcess(["docker", ...args], { timeoutSeconds });
    if (code === 0) return stdout;
    throw new LabError(command, `exit code ${code}: ${stderr.trim()}`);
  } catch (error) {
    if (error instanceof LabError) throw error;
    if (error instanceof ProcessTimeout) throw new LabError(command, `no end within ${timeoutSeconds} s`);
    throw new LabError(command, `cannot be started: ${(error as Error).message}`, "bash lab/setup.sh");
  }
}

/** The non-empty lines that `docker ARGS` prints. */
export async function dockerLines(args: readonly string[]): Promise<readonly string[]> {
  return (await docker(args)).split("\n").filter((line) => line !== "");
}
