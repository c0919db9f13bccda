import { containerArgs } from "../components/docker-container";
import { renderDelivery, renderDeliveryInput } from "../plan/delivery/deliver-files";
import { type DeploymentPlan, listContainers } from "../plan/model/deployment-plan";
import type { PlanFacts } from "../plan/model/plan-facts";
import { childName } from "../plan/model/resource-names";
import { CONTAINER_TYPE, IMAGE_TYPE } from "../policies/resource-facts";

/** What an engine shows a policy pack of a resource; a test may change its inputs. */
export interface RegisteredResource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Record<string, unknown>;
}

const OWNERS = "ldms:index:Cluster$ldms:index:Host";
const DIGEST = `sha256:${"0".repeat(64)}`;

const KEY = Buffer.from("0123456789abcdef0123456789abcdefghijklmnopqrstuvwxyz").toString("base64");

/** What a plan is made with whose munge key is the one of these resources. */
export const KEY_FACTS: PlanFacts = { secrets: { mungeKey: { lengthBytes: 52, isUniform: false, fingerprint: "0a" } }, ownFiles: {} };

/** The resources that components/ registers for a plan of the method `docker`, without an engine; as plain JSON. */
export function registeredResources(plan: DeploymentPlan): RegisteredResource[] {
  const make = (type: string, name: string, props: object) => {
    const urn = `urn:pulumi:${plan.stack}::ldms::${OWNERS}$${type}::${name}`;
    return JSON.parse(JSON.stringify({ type, name, urn, props })) as RegisteredResource;
  };
  return [
    ...listContainers(plan).map((one) => make(CONTAINER_TYPE, childName(one.host, one.name), containerArgs(one, DIGEST))),
    ...plan.hosts
      .filter(({ files }) => files.length > 0)
      .map(({ name, files }) =>
        make("command:remote:Command", childName(name, "files"), {
          create: renderDelivery(plan.stack, files),
          stdin: renderDeliveryInput(files, () => KEY),
          connection: { hostKey: "ssh-ed25519 AA" },
        }),
      ),
    ...plan.images.map(({ name }) => make(IMAGE_TYPE, `cygnus-07-${name}`, { name: `ovishpc/${name}@${DIGEST}` })),
  ];
}
