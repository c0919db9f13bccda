import type { DeploymentPlan } from "../plan/deployment-plan";
import { mapBounded } from "./bounded";
import { stepLimits, withHosts } from "./hosts";
import { RemoteCommandError } from "./remote-error";

/** For a look at a few files, on top of connecting. */
const LOOK_SECONDS = 10;

/**
 * How long some munged had the last key that was delivered and others not yet, in seconds by the hosts' clocks: from the first key that was written to
 * the last munged that took it, after which `munge.key.id` is written. Undefined where no host's `stat` tells fractions of a second.
 */
export async function measureMungeWindow(plan: DeploymentPlan): Promise<number | undefined> {
  const answers = await withHosts((run) =>
    mapBounded(plan.hosts, async (host) => {
      const [first, ...rest] = host.files.filter(({ isTakenUpRunning }) => isTakenUpRunning).map(({ path }) => path);
      if (first === undefined) return [];
      try {
        const { stdout } = await run(host, { argv: ["stat", "-c", "%.Y", first, ...rest] }, stepLimits(host, "stat", LOOK_SECONDS));
        return stdout.split("\n").map(Number);
      } catch (error) {
        if (error instanceof RemoteCommandError) return [];
        throw error;
      }
    }),
  );
  const times = answers.flat().filter(Number.isFinite);
  return times.length > 0 ? Math.max(...times) - Math.min(...times) : undefined;
}
