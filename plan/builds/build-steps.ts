import type { ClusterConfig } from "../config/config";
import type { SourceConfig } from "../config/sources";
import { type ImageName, type PlannedStep, type UpstreamImage, upstreamOf } from "../model/image";
import { SOURCE_NAMES, type SourceName } from "../model/source-names";
import { renderBuildScript } from "./build-script";
import { SOURCE_DEFAULTS, type SourceDefaults } from "./source-defaults";

/** What each part is linked with or imports; what needs none of the others stands on the tools alone. */
const NEEDS: Readonly<Record<SourceName, readonly SourceName[]>> = {
  maestro: [],
  sos: [],
  ovis: ["sos"],
  numsos: ["sos"],
  "sosdb-ui": ["numsos", "sos"],
  "sosdb-grafana": ["sosdb-ui", "numsos", "sos"],
  dsosds: [],
};

/** The parts whose files an image takes, with those that they stand on. Of each list the first part that is built. */
const PARTS_OF_IMAGE: Readonly<Record<UpstreamImage, readonly (readonly SourceName[])[]>> = {
  "ldms-dev": [],
  "ldms-samp": [["ovis"]],
  "ldms-agg": [["ovis"], ["numsos"]],
  "ldms-maestro": [["maestro"], ["ovis"]],
  "ldms-ui": [["sosdb-grafana", "sosdb-ui"]],
  "ldms-grafana": [["dsosds"]],
};

/** The steps in an order in which each comes after what it stands on; none where the stack names no sources. */
export function planSteps({ images }: ClusterConfig): readonly PlannedStep[] {
  if (images.source !== "build" || images.sources === undefined) return [];
  const { sources, base, platform } = images;
  const parts = SOURCE_NAMES.filter((name) => sources[name]?.repo !== "");
  const steps = parts.map((name): PlannedStep => {
    const { repo, branch, options } = withDefaults(SOURCE_DEFAULTS[name], sources[name]);
    const standsOn = NEEDS[name].find((part) => parts.includes(part)) ?? "ldms-dev";
    return { name, standsOn, platform, source: { repo, branch }, script: renderBuildScript(name, options) };
  });
  return [{ name: "ldms-dev", base, platform }, ...steps];
}

/** The steps that the image takes its files from; of a list whose parts are all left out, its first, which the edge then misses by name. */
export function stepsOfImage(image: ImageName, steps: readonly PlannedStep[]): readonly SourceName[] {
  const isBuilt = (name: SourceName) => steps.some((step) => step.name === name);
  return PARTS_OF_IMAGE[upstreamOf(image)].flatMap((parts) => parts.find(isBuilt) ?? (parts[0] === "numsos" ? [] : parts.slice(0, 1)));
}

/** Upstream's branch says nothing of another repository, whose own default branch is taken. */
function withDefaults(defaults: SourceDefaults, own: SourceConfig | undefined): SourceDefaults {
  const branch = own?.branch ?? (own?.repo === undefined ? defaults.branch : "HEAD");
  return { repo: own?.repo ?? defaults.repo, branch, options: own?.options ?? defaults.options };
}
