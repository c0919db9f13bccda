import { registeredResources } from "../../bench/registered-resources";
import { renderDriftScript } from "../../operations/drift/drift-script";
import { renderInventoryScript } from "../../operations/images/inventory-script";
import { renderAuditScript } from "../../operations/observe/audit-script";
import { renderStatusScript } from "../../operations/observe/status-script";
import { renderTroubleScript } from "../../operations/observe/trouble-script";
import { type HeadQuestion, renderAsk } from "../../plan/fan-out/ask-script";
import { planDeliveries, renderDelivery, renderWithdrawal } from "../../plan/fan-out/deliveries";
import { renderForgetting } from "../../plan/fan-out/head-forget";
import { renderDismissal, renderMembers } from "../../plan/fan-out/head-members";
import { renderSweep } from "../../plan/fan-out/head-script";
import { renderHostRemoval } from "../../plan/fan-out/host-script";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { renderEndRun } from "../../plan/fan-out/run-connections";
import { renderTokens } from "../../plan/images/send-image";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { examplePlan, type Values } from "../unit/example-stack";
import { batchesOf } from "./batches";

const ARCHIVES = ["samp", "agg", "maestro", "ui", "grafana"].map((name, i) => ({
  path: `/srv/images/ovishpc-ldms-${name}.tar.zst`,
  sha256: String(i).repeat(64),
  sizeBytes: 1000,
  images: [{ id: `sha256:${String(i).repeat(64)}`, tags: [`ovishpc/ldms-${name}:4.5.3`], platform: "linux/amd64" }],
}));
const DRIFT_QUESTION = {
  stack: "cygnus",
  secretPaths: ["/var/lib/ldms/x"],
  daemons: [{ container: "samp", controller: ["ldmsd_controller", "--port", "411"], list: ["ldms_ls", "-v", "-p", "411"] }],
};
const FACTS = { secrets: { mungeKey: { lengthBytes: 32, isUniform: false, fingerprint: "0a" } }, ownFiles: {}, archives: ARCHIVES };

/** The scripts that this project registers or runs, by what makes them. */
export function ownScripts(): Readonly<Record<string, readonly string[]>> {
  const plan = (changes: Values = {}) => examplePlan({ munge: { mode: "key" }, ...changes }, FACTS);
  const archived = { images: { source: "archive" } };
  const heads = {
    method: "fan-out",
    fanOut: { heads: [{ host: "cygnus-05", hosts: "cygnus-[01-04]" }], pulls: { limit: 2, jitter: "5s" } },
  };
  return {
    "the files of the method docker": registeredResources(plan()).flatMap(({ props }) => String(props["create"] ?? "") || []),
    "batches of several heads": ofFanOut(plan(heads)),
    "batches that send images": ofFanOut(plan({ ...heads, ...archived })),
    "images sent to hosts": ofDeliveries(plan(archived)),
    "images sent to heads": ofDeliveries(plan({ ...heads, ...archived })),
    "what asks hosts": [
      ...[renderAuditScript(), renderInventoryScript(), renderStatusScript("cygnus"), renderDriftScript(DRIFT_QUESTION)],
      renderTroubleScript(["samp", "agg1"]),
    ],
  };
}

function ofFanOut(plan: DeploymentPlan): string[] {
  const { stack, images } = plan;
  const works = listFanOuts(plan).map((fanOut) => ({ stack, fanOut, images }));
  return [
    ...batchesOf(plan).map(({ props }) => String(props["create"])),
    ...works.flatMap((work) => [
      renderMembers(work),
      renderDismissal(work),
      renderSweep(work, new Map(), { isKeeping: true, run: "r" }),
      renderEndRun(work.stack, work.fanOut, "r"),
      renderAsk({ ...work, scripts: scriptsOf(plan), isKeeping: true }),
      renderHostRemoval(work),
    ]),
    ...works.map(({ fanOut }) => renderForgetting(stack, fanOut, ["cygnus-02", "cygnus-09"], true)),
  ];
}

/** One host is asked otherwise than the rest of its group. */
function scriptsOf({ stack, hosts }: DeploymentPlan): HeadQuestion["scripts"] {
  return new Map(hosts.map(({ name }, i) => [name, { script: i === 0 ? renderAuditScript() : renderStatusScript(stack), seconds: 20 }]));
}

function ofDeliveries(plan: DeploymentPlan): string[] {
  const { stack } = plan;
  return planDeliveries(plan).flatMap((delivery) => [
    renderTokens(stack, delivery.images, delivery.keeps),
    ...delivery.images.flatMap((image) => [
      renderDelivery(stack, delivery, image, "token", 3600),
      renderWithdrawal(stack, delivery, image, 60),
    ]),
  ]);
}
