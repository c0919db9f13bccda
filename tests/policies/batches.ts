import { renderDeliveryInput } from "../../plan/delivery/deliver-files";
import { renderBatch } from "../../plan/fan-out/head-script";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { pullReference } from "../../plan/images/plan-images";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { SeenResource } from "../../policies/seen-resource";
import { examplePlan, type Values } from "../unit/example-stack";

const KEY = Buffer.from("0123456789abcdef0123456789abcdef").toString("base64");

export function fanOutPlan(changes: Values = {}): DeploymentPlan {
  const mungeKey = { lengthBytes: 32, isUniform: false, fingerprint: "0a" };
  return examplePlan({ method: "fan-out", ...changes }, { secrets: { mungeKey }, ownFiles: {} });
}

/** The commands of every batch, as components/fan-out.ts registers them. */
export function batchesOf(plan: DeploymentPlan): SeenResource[] {
  return listFanOuts(plan).flatMap((fanOut) =>
    fanOut.groups.flatMap((group) => {
      const references = new Map(plan.images.map((image) => [image.name, image.build ? undefined : pullReference(image)]));
      const stdin = renderDeliveryInput(group.files, () => KEY);
      return group.batches.map((batch) => {
        const create = renderBatch({ stack: plan.stack, fanOut, images: plan.images }, group, batch, references, "0");
        const name = `${fanOut.name}-${batch.name}`;
        const urn = `urn:pulumi:cygnus::ldms::ldms:index:Cluster$ldms:index:FanOut$command:remote:Command::${name}`;
        return { type: "command:remote:Command", name, urn, props: { create, stdin, connection: { hostKey: "ssh-ed25519 AA" } } };
      });
    }),
  );
}

/** All samplers of cygnus in one batch. */
export function samplerBatch(): SeenResource {
  return batchesOf(fanOutPlan({ fanOut: { serial: ["100%"] } })).find(({ name }) => name === "fan-out-samp-1")!;
}
