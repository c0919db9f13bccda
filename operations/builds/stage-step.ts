import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { BuildStep } from "../../components/images";
import type { PlannedStep } from "../../plan/model/image";
import type { StepName } from "../../plan/model/source-names";
import { findPart } from "../common/find-part";
import { collectFiles } from "./build-context";
import { digestFiles, type FolderFile, type FolderFiles, fillFolder } from "./fill-folder";
import type { SourceArchive } from "./git-source";

export interface StepPlace {
  readonly stack: string;
  readonly projectFolder: string;
  /** Absent: a sketch, beside the place of a real build, which may be under way. */
  readonly sources?: ReadonlyMap<StepName, SourceArchive>;
  /** Steps done before this one. */
  readonly earlier: readonly BuildStep[];
}

/** What a context lies beside where it is not to be built from. */
export const SKETCH = "-sketch";

/** Lays the build context of one step ready. */
export function stageStep(step: PlannedStep, place: StepPlace): BuildStep {
  const { stack, projectFolder, sources, earlier } = place;
  const { name, standsOn, base = "", platform, source } = step;
  const context = `.ldms/contexts/${stack}/steps/${name}${sources ? "" : SKETCH}`;
  const parent = earlier.find((one) => one.name === standsOn);
  const archive = sources?.get(name);
  const files = source
    ? renderStepContext(step, archive?.file)
    : collectFiles({ image: "ldms-dev", recipesFolder: findPart(projectFolder, "images") });
  const args = parent ? { PARENT: parent.imageName, COMMIT: archive?.revision ?? "unknown" } : { BASE_IMAGE: base };
  fillFolder(resolve(projectFolder, context), files);
  const key = createHash("sha256")
    .update(JSON.stringify([platform, args, digestFiles(files)]))
    .digest("hex")
    .slice(0, 16);
  return { name, ...(standsOn && { standsOn }), imageName: `ldms-build/${name}:${key}`, context, platform, args };
}

function renderStepContext({ name, script }: PlannedStep, archive: string | undefined): FolderFiles {
  const dockerfile = `ARG PARENT
FROM \${PARENT}
ADD source.tar /usr/src/${name}/
COPY build.sh /usr/src/${name}.sh
ARG COMMIT
RUN cd /usr/src/${name} && COMMIT=$COMMIT sh /usr/src/${name}.sh
`;
  return new Map<string, FolderFile>([
    ["Dockerfile", { text: dockerfile }],
    ["build.sh", { text: script! }],
    ...(archive === undefined ? [] : [["source.tar", { path: archive }] as const]),
  ]);
}
