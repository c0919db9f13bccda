import type { ClusterConfig } from "../config/config";
import { listStores } from "../config/entries";
import type { DaemonGroup } from "../daemons/daemon-group";
import { readOwnDashboards } from "../grafana/dashboards";
import type { OwnGrafanaFiles } from "../grafana/grafana";
import { checkOwnDataSources } from "../grafana/own-data-sources";
import { checkOwnGrafanaIni } from "../grafana/own-ini";
import { checkOwnLdmsCfg } from "../maestro/own-ldms-cfg";
import type { PlanFacts } from "../model/plan-facts";
import type { ConfigProblem } from "../problems/errors";
import { checkDecomposition } from "../stores/decomposition";
import { checkOwnDsosdJson } from "../stores/own-dsosd-json";
import { ownValue } from "../text/own-value";
import { showLines } from "../text/text";
import { checkOwnDsosdConf, checkOwnSettings } from "../ui/check-own-files";
import type { OwnUiFiles } from "../ui/ui";
import type { OwnFileProblem } from "../yaml/own-file-problem";

/** Texts of the files that a site gives instead of derived ones. */
export interface OwnFiles extends OwnUiFiles, OwnGrafanaFiles {
  readonly ldmsCfg?: string;
  /** dsosd.json by the name of the aggregators whose stores it names. */
  readonly dsosdJsonOf: ReadonlyMap<string, string>;
  /** By the name of the store. */
  readonly decompositionOf: ReadonlyMap<string, string>;
}

/** The site's own files, each checked against what the plan would have written: trusted, it would be found wrong at run time. */
export function readOwnFiles(
  config: ClusterConfig,
  groups: readonly DaemonGroup[],
  facts: PlanFacts,
): { readonly files: OwnFiles; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const read = (path: string, file: string | undefined, check: (text: string) => readonly OwnFileProblem[]) => {
    if (file === undefined) return undefined;
    const text = ownValue(facts.ownFiles, file);
    if (text === undefined) problems.push({ path, message: `cannot be read as UTF-8 text: \`${file}\`` });
    else problems.push(...check(text).map((problem) => ({ path, ...problem, message: `\`${file}\`: ${showLines(problem.message)}` })));
    return text;
  };
  const { maestro, ui, grafana } = config;
  const files = {
    ldmsCfg: read("maestro.configFile", maestro?.configFile, (text) => checkOwnLdmsCfg(text, groups)),
    settings: read("ui.settingsFile", ui?.settingsFile, (text) => checkOwnSettings(text, config, groups)),
    dsosdConf: read("ui.dsosdConfFile", ui?.dsosdConfFile, (text) => checkOwnDsosdConf(text, groups)),
    grafanaIni: read("grafana.configFile", grafana?.configFile, (text) => checkOwnGrafanaIni(text, config)),
    dataSources: read("grafana.dataSourcesFile", grafana?.dataSourcesFile, (text) => checkOwnDataSources(text, config)),
  };
  const { dashboards } = grafana ?? {};
  const ownDashboards = dashboards === undefined ? undefined : readOwnDashboards(dashboards, facts);
  problems.push(...(ownDashboards?.problems ?? []).map((problem) => ({ path: "grafana.dashboards", ...problem })));
  const dsosdJsons = config.aggregators.map(({ name, dsosd }, index) => {
    const group = groups.find((candidate) => candidate.aggregator?.name === name)!;
    const file = typeof dsosd === "object" ? dsosd.configFile : undefined;
    return [name, read(`aggregators[${index}].dsosd.configFile`, file, (text) => checkOwnDsosdJson(text, group))] as const;
  });
  const dsosdJsonOf = new Map(dsosdJsons.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
  const decompositions = listStores(config).map(
    ({ path, entry }) => [entry.name, read(`${path}.decomposition`, entry.decomposition, checkDecomposition)] as const,
  );
  const decompositionOf = new Map(decompositions.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
  return {
    files: {
      ...Object.fromEntries(Object.entries(files).filter(([, text]) => text !== undefined)),
      ...(ownDashboards && { dashboards: ownDashboards.files }),
      dsosdJsonOf,
      decompositionOf,
    },
    problems,
  };
}
