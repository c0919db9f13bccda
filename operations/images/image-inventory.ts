import { pullReference } from "../../plan/images/plan-images";
import { type DeploymentPlan, hostNamed, listContainers } from "../../plan/model/deployment-plan";
import type { ImageName } from "../../plan/model/image";
import { BadInputError } from "../../plan/problems/errors";
import { OperationError } from "../common/operation-error";
import { askHost } from "../reach/ask-hosts";
import { type RemoteTarget, type RunOn, stepLimits } from "../reach/run-on-host";
import { withHosts } from "../reach/with-hosts";
import { type ImageInventory, parseInventory, renderInventoryScript } from "./inventory-script";

/** Hosts asked for one image before its failure is told. */
const HOSTS_ASKED = 3;
const INSPECT_SECONDS = 15;
/** Checksums of an ovis tree; a host under load takes its time. */
const INVENTORY_SECONDS = 120;
const FACTS = ["{{.Id}}", "{{.Created}}", "{{json .RepoDigests}}", "{{json .Config.Labels}}"].join("\n");
const HERE: RemoteTarget = { name: "this machine", connection: { kind: "local" } };

/** Where the image is: an engine, and its reference there. */
interface ImagePlace {
  readonly target: RemoteTarget;
  readonly reference: string;
}

/**
 * What an image of the stack holds: asked of this machine's engine, where it has the image, else of a host that runs it.
 * A container of the image lists it, without a network, and is removed.
 *
 * @throws BadInputError when the stack runs no such image; OperationError when no engine that was asked has the image; RemoteCommandError when it has no dpkg
 */
export function inventoryImage(plan: DeploymentPlan, name: ImageName): Promise<ImageInventory> {
  return withHosts(async (run) => {
    const place = await findImage(run, plan, name);
    return takeInventory(run, place);
  });
}

async function findImage(run: RunOn, plan: DeploymentPlan, name: ImageName): Promise<ImagePlace> {
  const image = plan.images.find((one) => one.name === name);
  if (!image)
    throw BadInputError.of(
      "ldms images sbom",
      `no container of the stack runs \`${name}\``,
      `one of: ${plan.images.map((one) => one.name).join(", ")}`,
    );
  const reference = pullReference(image);
  const failures: string[] = [];
  for (const place of [
    { target: HERE, find: ["docker", "image", "inspect", "--format", "{{.Id}}", reference] as const },
    ...hostsRunning(plan, name),
  ]) {
    const question = {
      step: `look for ${name}`,
      seconds: INSPECT_SECONDS,
      command: { argv: place.find },
      parse: (stdout: string) => stdout.trim(),
    };
    const answer = await askHost(place.target, question, { run });
    if ("value" in answer) return { target: place.target, reference: answer.value };
    failures.push(answer.error!.message);
  }
  throw new OperationError(
    "ldms images sbom",
    `no engine that was asked has \`${reference}\`:\n${failures.join("\n")}`,
    "deploy the stack, or `docker pull` the image here",
  );
}

function hostsRunning(plan: DeploymentPlan, name: ImageName) {
  const running = listContainers(plan)
    .filter(({ image }) => image === name)
    .slice(0, HOSTS_ASKED);
  return running.map((container) => ({
    target: hostNamed(plan, container.host),
    find: ["docker", "inspect", "--type", "container", "--format", "{{.Image}}", container.name] as const,
  }));
}

async function takeInventory(run: RunOn, { target, reference }: ImagePlace): Promise<ImageInventory> {
  const inspect = ["docker", "image", "inspect", "--format", FACTS, reference] as const;
  const facts = await run(target, { argv: inspect }, stepLimits(target, "inspect the image", INSPECT_SECONDS));
  const [imageId = "", created = "", digests = "", labels = ""] = facts.stdout.split("\n");
  const list = [
    "docker",
    "run",
    "--rm",
    "--interactive",
    "--network",
    "none",
    "--user",
    "0",
    "--entrypoint",
    "/bin/sh",
    reference,
    "-s",
  ] as const;
  const stdin = renderInventoryScript();
  const { stdout } = await run(target, { argv: list, stdin }, stepLimits(target, "list the image", INVENTORY_SECONDS));
  const [repoDigest] = JSON.parse(digests) as readonly string[];
  return {
    imageId,
    created,
    ...(repoDigest !== undefined && { repoDigest }),
    labels: (JSON.parse(labels) as Readonly<Record<string, string>> | null) ?? {},
    ...parseInventory(stdout),
  };
}
