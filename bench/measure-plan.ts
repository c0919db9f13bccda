import { parseClusterConfig } from "../plan/checks/parse";
import { planDaemonGroups } from "../plan/daemons/daemon-group";
import { renderLdmsCfg } from "../plan/maestro/render-ldms-cfg";
import { planDeployment } from "../plan/plan";
import { renderPlan } from "../plan/render/render-plan";
import { checkPlan } from "../plan/rules/check-plan";
import { cpuMs } from "./measure-hostlists";
import { stackOfSize } from "./stack-of-size";

/** What `bench/plan-cases.ts` reads of one run: milliseconds of CPU time, megabytes. */
export interface PlanMeasurement {
  readonly parseMs: number;
  readonly planMs: number;
  readonly renderMs: number;
  readonly rulesMs: number;
  /** The ldms_cfg.yaml by itself. */
  readonly ldmsCfgMs: number;
  /** Largest resident size of the whole process. */
  readonly maxRssMb: number;
}

/** Prints the measurement of one stack as JSON. @example tsx bench/measure-plan.ts 10000 */
const count = Number(process.argv[2]);
const values = stackOfSize(count);
const start = cpuMs();
const config = parseClusterConfig("bench", "Pulumi.bench.yaml", values);
const parsed = cpuMs();
const plan = planDeployment(config, { secrets: {}, ownFiles: {} });
const planned = cpuMs();
const text = renderPlan(plan);
const rendered = cpuMs();
const mandatory = checkPlan(plan, "2026-01-01").filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived);
const judged = cpuMs();
const ldmsCfg = renderLdmsCfg(planDaemonGroups(config).groups, "C", "bench");
const configured = cpuMs();
if (plan.hosts.length !== count || !text.includes("docker run") || mandatory.length > 0 || !ldmsCfg.includes("aggregators"))
  throw new Error(`the plan of ${count} hosts is not whole`);

const measurement: PlanMeasurement = {
  parseMs: parsed - start,
  planMs: planned - parsed,
  renderMs: rendered - planned,
  rulesMs: judged - rendered,
  ldmsCfgMs: configured - judged,
  maxRssMb: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(measurement));
