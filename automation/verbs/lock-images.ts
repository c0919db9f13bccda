import { parseHostAddress } from "../../engine/providers/docker/host-address";
import { registryDigest } from "../../engine/providers/docker/registry-digest";
import { dockerHostUrl, sshOpts } from "../../plan/hosts/ssh";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { type ImageName, type PlannedImage, upstreamOf } from "../../plan/model/image";
import type { StackLocation } from "../../stack/open-stack";
import { holdStackFile } from "../../stack/stack-config";
import { readSitePlan } from "../site-plan";

export interface LockedImage {
  readonly image: ImageName;
  readonly reference: string;
  readonly digest: string;
  /** What the stack file had before. */
  readonly before?: string;
}

export interface LockedImages {
  readonly locked: readonly LockedImage[];
  /** Built here, from an archive, pinned by their reference, or of a single group. */
  readonly leftOut: readonly ImageName[];
}

/** Hosts asked for one image before its failure is told. */
const HOSTS_ASKED = 3;

/** Writes the digests that the registry has now into the stack file. @throws Error where one is not to be had; nothing was written then */
export async function lockImages(location: StackLocation): Promise<LockedImages> {
  const { config, plan } = await readSitePlan(location);
  // A digest in `images.references` stands above those of `images.digests`.
  const hasOwnDigest = (name: string) =>
    Object.entries(config.images.references).some(([image, text]) => image === name && text.includes("@"));
  // That of a single group is what its `image` says.
  const isLocked = ({ name, build, archive }: PlannedImage) =>
    build === undefined && archive === undefined && upstreamOf(name) === name && !hasOwnDigest(name);
  const named = plan.images.filter(isLocked);
  // All are asked before one is written: half a lock is none.
  const locked = await Promise.all(
    named.map(async ({ name, reference, digest: before }): Promise<LockedImage> => {
      const digest = await findRegistryDigest(plan, { name, reference }, location.projectFolder, "nothing was written");
      return { image: name, reference, digest, ...(before !== undefined && { before }) };
    }),
  );
  await holdStackFile(location, async (file) => {
    for (const { image, digest, before } of locked) if (digest !== before) await file.setInside("images", ["digests", image], digest);
  });
  return { locked, leftOut: plan.images.filter((image) => !isLocked(image)).map(({ name }) => name) };
}

/**
 * A host that runs it is asked: its engine has the way to the registry and the login there.
 * @param otherwise what is said of the state of things where there is none
 */
export async function findRegistryDigest(
  plan: DeploymentPlan,
  { name, reference }: Pick<PlannedImage, "name" | "reference">,
  folder: string,
  otherwise: string,
): Promise<string> {
  const failures: string[] = [];
  for (const { connection } of plan.hosts
    .filter(({ containers }) => containers.some((container) => container.image === name))
    .slice(0, HOSTS_ASKED)) {
    try {
      const address = parseHostAddress(dockerHostUrl(connection));
      const way = address.kind === "ssh" && connection.kind === "ssh" ? { ...address, become: connection.become } : address;
      return await registryDigest(way, { opts: sshOpts(connection), folder }, reference);
    } catch (error) {
      failures.push((error as Error).message);
    }
  }
  throw new Error(`${failures.join("\n")}\n${name}: no digest; ${otherwise}`);
}
