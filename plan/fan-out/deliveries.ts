import { asRoot, sshDestination, sshOpts } from "../hosts/ssh";
import { type ArchivedImage, isArchived, type Keeps, renderForget, renderSend } from "../images/send-image";
import type { DeploymentPlan } from "../model/deployment-plan";
import type { PlannedConnection } from "../model/host";
import { childName } from "../model/resource-names";
import { shellLine, shellQuote } from "../text/shell";
import { listFanOuts } from "./plan-fan-outs";

/** Images that one machine is to get from this one. */
export interface Delivery {
  /** Of the component that it is a part of: `cygnus-01`, `fan-out`. */
  readonly owner: string;
  readonly target: { readonly name: string; readonly connection: PlannedConnection };
  readonly images: readonly ArchivedImage[];
  readonly keeps: Keeps;
}

/**
 * By the method `docker` every host gets its images from here; by `fan-out` each head gets the files, and sends them on. A head that is this machine has
 * them.
 */
export function planDeliveries(plan: DeploymentPlan): readonly Delivery[] {
  const { method, hosts, images } = plan;
  const archived = images.filter(isArchived);
  if (archived.length === 0) return [];
  if (method === "fan-out") {
    const away = listFanOuts(plan).filter(({ head }) => head.connection.kind !== "local");
    return away.map(({ name, head }) => ({ owner: name, target: head, images: archived, keeps: "file" }));
  }
  return hosts.flatMap((target) => {
    const names = new Set(target.containers.map(({ image }) => image));
    const own = archived.filter(({ name }) => names.has(name));
    return own.length ? [{ owner: target.name, target, images: own, keeps: "image" as const }] : [];
  });
}

/** Logical name of the resource: `cygnus-01-ldms-samp`, `fan-out-ldms-samp`. */
export function deliveryName({ owner }: Delivery, image: ArchivedImage): string {
  return childName(owner, image.name);
}

/** POSIX sh for this machine that brings one image to its place; it fails with the place's name and what the matter was. */
export function renderDelivery(stack: string, delivery: Delivery, image: ArchivedImage, token: string, seconds: number): string {
  const { target, keeps } = delivery;
  return `# ${image.reference} to ${target.name}; ${token}
${renderDialTo(delivery, seconds)}
${renderSend(
  stack,
  [image],
  keeps,
  ({ archive }) => shellQuote(archive.path),
  () => token,
)}
told=$(send_all) && { printf '%s\\n' "$told" | sed '$d'; exit 0; }
printf '%s: %s\\n' ${shellQuote(target.name)} "$(printf '%s\\n' "$told" | tail -n 1)" >&2
exit 1
`;
}

/** POSIX sh for this machine that takes away what a delivery has left there beside the image. */
export function renderWithdrawal(stack: string, delivery: Delivery, image: ArchivedImage, seconds: number): string {
  return `${renderDialTo(delivery, seconds)}
dial ${shellQuote(shellLine(["sh", "-c", renderForget(stack, [image.name, `${image.name}-*`, `${image.archive.sha256}.part`])]))} </dev/null
`;
}

function renderDialTo({ target }: Delivery, seconds: number): string {
  const { connection } = target;
  const words = connection.kind === "ssh" ? ["ssh", ...sshOpts(connection), "-T", sshDestination(connection)] : ["sh", "-c"];
  return `dial() { timeout -k 5 ${seconds} ${shellLine(words)} "${asRoot(connection, "$1")}"; }`;
}
