import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { askHosts, valuesOf } from "../reach/ask-hosts";
import { withHosts } from "../reach/with-hosts";

/** For a look at a few files, on top of connecting. */
const STAT_SECONDS = 10;

/**
 * How long some munged had the last key that was delivered and others not yet, in seconds by the hosts' clocks: from the first key that was written to
 * the last munged that took it, after which `munge.key.id` is written. Undefined where no host's `stat` tells fractions of a second.
 */
export async function measureMungeWindow(plan: DeploymentPlan): Promise<number | undefined> {
  const keyPaths = ({ files }: PlannedHost) => files.filter(({ isTakenUpRunning }) => isTakenUpRunning).map(({ path }) => path);
  const hosts = plan.hosts.filter((host) => keyPaths(host).length > 0);
  const question = (host: PlannedHost) => {
    const argv = ["stat", "-c", "%.Y", ...keyPaths(host)] as const;
    return { step: "stat", seconds: STAT_SECONDS, command: { argv }, parse: (stdout: string) => stdout.split("\n").map(Number) };
  };
  const answers = await withHosts((run) => askHosts(hosts, question, { run }));
  const times = valuesOf(answers).flat().filter(Number.isFinite);
  return times.length > 0 ? Math.max(...times) - Math.min(...times) : undefined;
}
