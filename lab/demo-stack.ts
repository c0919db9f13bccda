import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { SOURCE_NAMES, type SourceName } from "../plan/model/source-names";
import { LAB_FOLDER, LabError, PROJECT_FOLDER } from "./names";
import { writeStandinRepos } from "./standin/repos";
import { writeStandinTree } from "./standin/tree";

/** The two ways to the binaries: `stand-ins`, a folder of them as they are; `build`, built from source in ldms-dev. */
export type Binaries = "stand-ins" | "build";

type Environment = Readonly<Record<string, string | undefined>>;
type Values = Record<string, unknown>;

/** @returns the stack to deploy: `lab`, or `lab-build`, whose file is written anew each time. */
export async function prepareStack(binaries: Binaries, environment: Environment): Promise<string> {
  if (binaries === "stand-ins") {
    writeStandinTree(join(LAB_FOLDER, "ovis"));
    return "lab";
  }
  if (!hasOwnSources(environment)) await writeStandinRepos(join(LAB_FOLDER, "repos"));
  const { config } = parse(readFileSync(join(PROJECT_FOLDER, "Pulumi.lab.yaml"), "utf8")) as { config: Values };
  writeFileSync(join(PROJECT_FOLDER, "Pulumi.lab-build.yaml"), stringify({ config: buildStackConfig(config, environment) }));
  return "lab-build";
}

/** Whether somebody named sources: OVIS_REPO, SOS_REPO and so on, as upstream's config.sh has them. */
export function hasOwnSources(environment: Environment): boolean {
  return SOURCE_NAMES.some((name) => environment[`${variablePrefix(name)}_REPO`] !== undefined);
}

function variablePrefix(name: SourceName): string {
  return name.replace("-", "").toUpperCase();
}

/**
 * The lab's stack with its images built from source: the stand-ins' repositories, or those that the environment names (`OVIS_REPO`, `OVIS_BRANCH`; an
 * empty one leaves its part out, and the UI or Grafana with it).
 */
export function buildStackConfig(lab: Readonly<Values>, environment: Environment): Values {
  const isOwn = hasOwnSources(environment);
  const { ovis: _folder, ...images } = lab["ldms:images"] as Values;
  const sources = isOwn ? ownSources(environment) : standinSources();
  const isLeftOut = (name: SourceName) => sources[name]?.["repo"] === "";
  const built: Values = { ...lab, "ldms:images": { ...images, tag: "built", ovis: ".ldms/lab/no-ovis", sources } };
  if (isLeftOut("sosdb-ui")) delete built["ldms:ui"];
  if (isLeftOut("dsosds")) delete built["ldms:grafana"];
  return built;
}

/** Repositories of stand-ins below `.ldms/lab`; they know fewer options than the real ones. */
export function standinSources(folder = ".ldms/lab/repos"): Partial<Record<SourceName, Values>> {
  const options = (name: SourceName) => (name === "ovis" ? { options: ["--enable-sos", "--with-sos=/opt/ovis"] } : {});
  return Object.fromEntries(SOURCE_NAMES.map((name) => [name, { repo: `${folder}/${name}`, ...options(name) }]));
}

function ownSources(environment: Environment): Partial<Record<SourceName, Values>> {
  const named = SOURCE_NAMES.map((name) => {
    const [repo, branch] = ["REPO", "BRANCH"].map((part) => environment[`${variablePrefix(name)}_${part}`]);
    return [name, { ...(repo !== undefined && { repo }), ...(branch !== undefined && { branch }) }] as const;
  });
  return Object.fromEntries(named.filter(([, source]) => Object.keys(source).length > 0));
}

/** @throws LabError for another value than `stand-ins` and `build` */
export function parseBinaries(value: string): Binaries {
  if (value === "stand-ins" || value === "build") return value;
  throw new LabError("--ovis", `is neither \`stand-ins\` nor \`build\`: \`${value}\``);
}
