import type { PlannedDaemon } from "../../plan/model/daemon";
import { type DeploymentPlan, hostNamed } from "../../plan/model/deployment-plan";
import { shellLine } from "../../plan/text/shell";
import type { SiteTopology } from "../../plan/topology/site-topology";
import { askHost } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import { withHosts } from "../reach/with-hosts";
import { controllerCommand } from "../service/controller";
import { type AskedDaemon, addFlows, type Members } from "./add-flows";
import { parseFlow, renderFlowScript } from "./flow-script";

export interface FlowArgs {
  /** How long the aggregators' counters are watched. */
  readonly seconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** For three answers of Python, on top of connecting and the wait. */
const ASK_SECONDS = 30;

/** Asks every aggregator once what flows through it, for the lines of the topology; no sampler is asked. */
export function askFlows(
  plan: DeploymentPlan,
  topology: SiteTopology,
  members: Members,
  { seconds, signal }: FlowArgs,
): Promise<SiteTopology> {
  const aggregators = plan.daemons.filter(({ role }) => role === "aggregator");
  return withHosts(async (run) => {
    const asked = await mapBounded(aggregators, async (daemon): Promise<AskedDaemon> => {
      const answer = await askHost(hostNamed(plan, daemon.host), questionTo(plan, daemon, seconds), { run, signal });
      const said = "value" in answer ? answer.value : answer.reason;
      return typeof said === "string" ? { daemon, fault: said } : { daemon, flow: said };
    });
    return addFlows(topology, plan, members, asked);
  });
}

function questionTo(plan: DeploymentPlan, daemon: PlannedDaemon, seconds: number) {
  const { container } = daemon;
  const controller = shellLine(controllerCommand(hostNamed(plan, daemon.host), daemon));
  const script = renderFlowScript({ container, controller, seconds });
  return { step: `ask \`${container}\``, seconds: seconds + ASK_SECONDS, command: { script }, parse: parseFlow };
}
