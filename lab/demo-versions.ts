import type { Binaries } from "./demo-stack";
import { LabError, runOnHost } from "./lab";
import { say } from "./progress";

/** One daemon of each kind: its host, and its container there. */
const DAEMONS = [
  ["cygnus-01", "samp"],
  ["cygnus-05", "agg1"],
  ["cygnus-07", "agg2"],
] as const;

/**
 * Says what the daemons that run say of themselves.
 * @throws LabError where upstream's were to be built, and a stand-in runs
 */
export async function sayVersions(binaries: Binaries): Promise<void> {
  for (const [host, container] of DAEMONS) {
    const words = (await runOnHost(host, `docker exec ${container} ldmsd -V`)).trim().split("\n").join("; ");
    say(`${host}, ${container}: ${words}`);
    if (binaries === "build" && /stand-in/.test(words))
      throw new LabError(host, "runs a stand-in, which is not what was built", "npm run demo:down");
  }
}
