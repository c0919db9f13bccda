import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { parseClusterConfig } from "../plan/checks/parse";
import type { ClusterConfig } from "../plan/config/config";
import { type Environment, readSources } from "./demo-sources";
import { LabError, PROJECT_FOLDER } from "./names";

/** The two ways to the binaries: `stand-ins`, a folder of them as they are; `build`, upstream's, built from source in ldms-dev. */
export type Binaries = "stand-ins" | "build";

type Values = Record<string, unknown>;

export interface BuildStack {
  /** What Pulumi.lab-build.yaml holds. */
  readonly text: string;
  readonly config: ClusterConfig;
}

export const BUILD_STACK = "lab-build";
export const BUILD_STACK_FILE = `Pulumi.${BUILD_STACK}.yaml`;

/**
 * The stack `lab-build`: the lab's, with its images built from source.
 * @throws ConfigError or LabError for a value of the environment that names no source
 */
export function makeBuildStack(environment: Environment): BuildStack {
  const { config } = parse(readFileSync(join(PROJECT_FOLDER, "Pulumi.lab.yaml"), "utf8")) as { config: Values };
  const built = buildStackConfig(config, environment);
  const values = Object.fromEntries(Object.entries(built).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
  return { text: stringify({ config: built }), config: parseClusterConfig(BUILD_STACK, BUILD_STACK_FILE, values) };
}

function buildStackConfig(lab: Readonly<Values>, environment: Environment): Values {
  const { ovis: _folder, ...images } = lab["ldms:images"] as Values;
  const sources = readSources(environment);
  const built: Values = { ...lab, "ldms:images": { ...images, tag: "built", ovis: ".ldms/lab/no-ovis", sources } };
  if (sources["sosdb-ui"]?.repo === "") delete built["ldms:ui"];
  if (sources.dsosds?.repo === "") delete built["ldms:grafana"];
  return built;
}

/** @throws LabError for another value than `stand-ins` and `build` */
export function parseBinaries(value: string): Binaries {
  if (value === "stand-ins" || value === "build") return value;
  throw new LabError("--ovis", `is neither \`stand-ins\` nor \`build\`: \`${value}\``);
}
