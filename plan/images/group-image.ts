import { hash } from "node:crypto";
import type { ClusterConfig } from "../config/config";
import { listEntries } from "../config/entries";
import type { GroupImage } from "../model/image";

/** What the daemons of an entry run from. @param path of the entry: `samplers[0]` */
export function imageAt(path: string): "ldms-samp" | "ldms-agg" {
  return path.startsWith("samplers") ? "ldms-samp" : "ldms-agg";
}

/** By its reference, so that groups of one image share it, and another one is another resource. */
export function groupImage(of: "ldms-samp" | "ldms-agg", reference: string): GroupImage {
  return `${of}-${hash("sha256", reference).slice(0, 8)}`;
}

/** References of the images that single groups have. */
export function groupImages(config: ClusterConfig): ReadonlyMap<string, string> {
  return new Map(
    listEntries(config).flatMap(({ path, entry: { image } }) =>
      image === undefined ? [] : [[groupImage(imageAt(path), image), image] as const],
    ),
  );
}
