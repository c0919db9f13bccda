import { digestMarks, type Marks, markFiles } from "../operations/seen-files";
import { fullReference } from "../plan/images/plan-images";
import type { PlannedImage } from "../plan/model/image";
import { BadInputError } from "../plan/problems/errors";
import { isInFiles, type StackLocation } from "../stack/open-stack";
import { markState } from "../stack/state-marks";
import type { SitePlan } from "./site-plan";

/** What a preview stands on and comes to. Whoever agrees to it agrees to all of it. */
export interface SeenPlan {
  /** By path: the stack file, Pulumi.yaml, and what the stack file names. */
  readonly files: Marks;
  /** By URN; none of a backend in the cloud. */
  readonly state: Marks;
  /** By URN: what is done, and with which inputs. */
  readonly steps: Marks;
  /** By name, what it is known by so far: its digest, its file, what it is built from, or its reference alone. */
  readonly images: Marks;
}

/** In the order in which a digest has them. */
export const SEEN_PARTS = ["files", "state", "steps", "images"] as const satisfies readonly (keyof SeenPlan)[];

export async function seePlan(location: StackLocation, { plan, sideFiles }: SitePlan, steps: Marks): Promise<SeenPlan> {
  return {
    files: markFiles(location.projectFolder, location.stack, sideFiles),
    state: isInFiles(location) ? await markState(location) : {},
    steps,
    images: Object.fromEntries(plan.images.map((image) => [image.name, markImage(image)])),
  };
}

function markImage(image: PlannedImage): string {
  return image.build ? `built: ${digestMarks({ build: JSON.stringify(image.build) })}` : fullReference(image);
}

/** `FILES-STATE-STEPS-IMAGES`, so that a part that differs can be named wherever the digest has come from. */
export function digestPlan(seen: SeenPlan): string {
  return SEEN_PARTS.map((part) => digestMarks(seen[part])).join("-");
}

export function digestOfFiles(digest: string): string {
  return digest.split("-")[0]!;
}

/** @throws BadInputError for what no preview has printed */
export function assertDigest(stack: string, text: string): void {
  if (/^[0-9a-f]{16}(-[0-9a-f]{16}){3}$/.test(text)) return;
  throw BadInputError.of("expect", `is not the digest of a preview: \`${text}\``, `take the last line of \`ldms preview -s ${stack}\``);
}
