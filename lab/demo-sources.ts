import { fetchSource } from "../operations/builds/git-source";
import { OperationError } from "../operations/common/operation-error";
import { SOURCE_DEFAULTS } from "../plan/builds/source-defaults";
import type { PlannedStep } from "../plan/model/image";
import { SOURCE_NAMES, type SourceName } from "../plan/model/source-names";
import { LabError } from "./names";
import { say, ticking } from "./progress";

export type Environment = Readonly<Record<string, string | undefined>>;

interface NamedSource {
  readonly repo?: string;
  readonly branch?: string;
}

/** Without these there is nothing to deploy; the others take the UI or Grafana with them. */
const NEEDED: readonly SourceName[] = ["maestro", "sos", "ovis"];

/** As upstream's config.sh has it: `SOSDBUI_REPO`. */
function variableOf(name: SourceName, part: "REPO" | "BRANCH"): string {
  return `${name.replace("-", "").toUpperCase()}_${part}`;
}

/**
 * Upstream's sources, with what the environment names in their place. Another repository is taken for a mirror: at upstream's own tag or commit,
 * unless a branch is named, too.
 *
 * @throws LabError where a part is left out that the demo is nothing without
 */
export function readSources(environment: Environment): Readonly<Partial<Record<SourceName, NamedSource>>> {
  const sources = SOURCE_NAMES.map((name) => [name, readSource(name, environment)] as const);
  return Object.fromEntries(sources.filter(([, source]) => Object.keys(source).length > 0));
}

function readSource(name: SourceName, environment: Environment): NamedSource {
  const variable = variableOf(name, "REPO");
  const [repo, branch] = [environment[variable], environment[variableOf(name, "BRANCH")]];
  if (repo === "" && NEEDED.includes(name)) {
    throw new LabError(variable, `is empty, and there is no LDMS without ${name}`, "name a git URL or a folder, or unset it");
  }
  if (repo === undefined || repo === "") return { ...(repo !== undefined && { repo }), ...(branch !== undefined && { branch }) };
  return { repo, branch: branch ?? SOURCE_DEFAULTS[name].branch };
}

/**
 * Fetches every source, so that one that cannot be had is known before anything is built, and says what it has.
 * @throws LabError that names each one's variable
 */
export async function fetchSources(steps: readonly PlannedStep[], projectFolder: string): Promise<void> {
  const sources = steps.flatMap(({ name, source }) => (name === "ldms-dev" || source === undefined ? [] : [{ name, source }]));
  const fetches = sources.map(({ name, source }) => fetchSource(name, source, projectFolder, `${projectFolder}/.ldms/sources`));
  const results = await ticking("fetching the sources", Promise.allSettled(fetches));
  const problems: string[] = [];
  results.forEach((result, index) => {
    const { name, source } = sources[index]!;
    if (result.status === "fulfilled") say(`${name} ${describe(source.branch, result.value.revision)} of ${source.repo}`);
    else if (result.reason instanceof OperationError) problems.push(`${variableOf(name, "REPO")}: ${result.reason.problem}`);
    else throw result.reason;
  });
  if (problems.length > 0) throw new LabError("sources", renderProblems(problems), SOURCES_HELP);
}

/** `v4.5.3 (196d2cef)`; of a commit its beginning alone. */
function describe(branch: string, revision: string): string {
  const short = revision.slice(0, 8);
  return /^[0-9a-f]{40}$/.test(branch) ? short : `${branch} (${short})`;
}

function renderProblems(problems: readonly string[]): string {
  return ["these cannot be fetched; nothing was built, no host was started", ...problems.map((one) => `  - ${one}`)].join("\n");
}

const SOURCES_HELP =
  "each variable takes a mirror's URL or a folder: OVIS_REPO=/mirror/ldms npm run demo -- --ovis build\n" +
  "        OVIS_BRANCH and so on take a branch, a tag or a full commit of it\n" +
  "        without the UI and Grafana: SOSDBUI_REPO= SOSDBGRAFANA_REPO= DSOSDS_REPO= npm run demo -- --ovis build";
