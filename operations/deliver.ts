import { renderDelivery, renderDeliveryInput } from "../plan/deliver-files";
import type { DeploymentPlan } from "../plan/deployment-plan";
import { mapBounded } from "./bounded";
import { foldByText } from "./fold-by-text";
import { runOnHost, stepLimits } from "./hosts";
import { RemoteCommandError, renderFailure } from "./remote-error";

/** For the files and for the munged of a host's containers, on top of connecting. */
const DELIVER_SECONDS = 90;

/**
 * Runs every host's delivery past the engine, which changes nothing where the files are right already.
 *
 * @param secretValue the value of a secret by its config name
 * @returns a line a failure, the hosts folded; dead hosts are no failure, for whoever calls looks for them
 */
export async function deliverFiles(plan: DeploymentPlan, secretValue: (name: string) => string): Promise<string[]> {
  const hosts = plan.hosts.filter(({ files }) => files.length > 0);
  const failures = await mapBounded(hosts, async (host) => {
    const stdin = renderDeliveryInput(host.files, secretValue);
    try {
      await runOnHost(
        host,
        { argv: ["sh", "-c", renderDelivery(plan.stack, host.files)], stdin },
        stepLimits(host, "files", DELIVER_SECONDS),
      );
      return [];
    } catch (error) {
      if (!(error instanceof RemoteCommandError)) throw error;
      const { failure, stderr } = error;
      if (failure.kind === "unreachable" || failure.kind === "timeout") return [];
      return [{ host: host.name, text: stderr.trim().split("\n").at(-1) || renderFailure(failure) }];
    }
  });
  return foldByText(failures.flat());
}
