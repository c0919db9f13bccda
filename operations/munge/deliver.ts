import { renderDelivery, renderDeliveryInput } from "../../plan/delivery/deliver-files";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { PlannedHost } from "../../plan/model/host";
import { askHosts, isDead, unansweredOf } from "../reach/ask-hosts";
import { foldByText } from "../reach/fold-by-text";
import { runOnHost } from "../reach/run-on-host";

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
  const question = ({ files }: PlannedHost) => {
    const argv = ["sh", "-c", renderDelivery(plan.stack, files)] as const;
    const stdin = renderDeliveryInput(files, secretValue);
    return { step: "files", seconds: DELIVER_SECONDS, command: { argv, stdin }, parse: () => true };
  };
  const failed = unansweredOf(await askHosts(hosts, question, { run: runOnHost })).filter((one) => !isDead(one));
  return foldByText(failed.map(({ host, reason }) => ({ host: host.name, text: reason })));
}
