import type { StepName } from "./source-names";

/** The six images, by upstream's names. */
export type UpstreamImage = "ldms-dev" | "ldms-samp" | "ldms-agg" | "ldms-maestro" | "ldms-ui" | "ldms-grafana";

/** That of a group of daemons which has its own, by its reference: `ldms-samp-1f3a9c02`. */
export type GroupImage = `${"ldms-samp" | "ldms-agg"}-${string}`;

export type ImageName = UpstreamImage | GroupImage;

export interface PlannedImage {
  readonly name: ImageName;
  /** `198.18.0.5:5000/ovishpc/ldms-samp:4.5.3` */
  readonly reference: string;
  /** Locked by the stack: `sha256:…`. */
  readonly digest?: string;
  readonly build?: PlannedBuild;
  /** Comes from a file instead of a registry. */
  readonly archive?: PlannedArchive;
}

/** A file of `docker save` and the image in it. */
export interface PlannedArchive {
  /** Relative to the project, or absolute: `archives/ldms-samp.tar.zst`. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Of the file, hex. */
  readonly sha256: string;
  /** Of the image, as every engine that has loaded it knows it: `sha256:…`. */
  readonly id: string;
  /** `linux/amd64` */
  readonly platform: string;
}

export interface PlannedBuild {
  /** Folder with the recipe, relative to the project: `images/ldms-samp`. */
  readonly recipe: string;
  /** Folder that becomes the build context, relative to the project: `.ldms/contexts/lab/ldms-samp`. */
  readonly context: string;
  /** Folder with the binaries that go to /opt/ovis, relative to the project or absolute. */
  readonly ovis: string;
  /** Folder with the Grafana plugin, where it is not in `ovis`. */
  readonly dsosds?: string;
  /** The steps whose images have the binaries, where the folder is not there. */
  readonly steps?: readonly StepName[];
  /** `linux/amd64` */
  readonly platform: string;
  readonly args: Readonly<Record<string, string>>;
}

/** Makes an image from another one: the tools, or one more part of /opt/ovis. */
export interface PlannedStep {
  readonly name: StepName;
  /** Whose image it begins with. */
  readonly standsOn?: StepName;
  /** What it begins with where it stands on no other step: `debian:bookworm-slim`. */
  readonly base?: string;
  /** `linux/amd64` */
  readonly platform: string;
  readonly source?: PlannedSource;
  /** POSIX shell, run in the folder of the source. */
  readonly script?: string;
}

export interface PlannedSource {
  /** A git URL or a folder, relative to the project or absolute. */
  readonly repo: string;
  /** `v4.5.3`, or a commit of 40 hexadecimal digits. */
  readonly branch: string;
}

/** The image in whose place a group's stands. */
export function upstreamOf(image: ImageName): UpstreamImage {
  return image.replace(/-[0-9a-f]{8}$/, "") as UpstreamImage;
}
