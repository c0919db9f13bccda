import type { StackLocation } from "../stack/open-stack";
import type { RunImage } from "../stack/run-records";
import { readStateResources } from "../stack/stack-admin";

const DIGEST = /sha256:[0-9a-f]{64}$/;

/** The inputs by which a state's resources name what they pull, and what they build. */
const NAMES: Readonly<Record<string, string>> = { "docker:index/remoteImage:RemoteImage": "name", "docker:index/image:Image": "imageName" };

/** What the hosts got by each reference: as the stack file has it locked, else as the state says. By `fan-out` a state does not say. */
export async function findDigests(location: StackLocation, images: readonly RunImage[]): Promise<readonly RunImage[]> {
  const locked = images.map((image) => withDigest(image, DIGEST.exec(image.reference)?.[0]));
  // The state of thousands of hosts takes seconds to read.
  if (locked.every(({ digest }) => digest !== undefined)) return locked;
  const resources = await readStateResources(location);
  const digestOf = new Map(
    resources.flatMap(({ type, inputs, outputs }) => {
      const name = NAMES[type];
      const [digest] = DIGEST.exec(String(outputs?.["repoDigest"] ?? "")) ?? [];
      return name === undefined || digest === undefined ? [] : [[String(inputs?.[name]), digest] as const];
    }),
  );
  return locked.map((image) => withDigest(image, image.digest ?? digestOf.get(image.reference)));
}

function withDigest(image: RunImage, digest: string | undefined): RunImage {
  return digest === undefined ? image : { ...image, digest };
}
