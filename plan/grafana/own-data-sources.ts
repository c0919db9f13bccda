import { z } from "zod";
import type { ClusterConfig } from "../config/config";
import { describeIssues, describeYamlError, type OwnFileProblem } from "../yaml/own-file-problem";
import { parseYaml } from "../yaml/yaml";
import { dataSourceUrl } from "./grafana";
import { PLUGIN_ID } from "./plugin-id";

/** The parts of Grafana's provisioning that the plan has an opinion on. */
const Provisioning = z.looseObject({ datasources: z.array(z.looseObject({ type: z.string(), url: z.string().optional() })) });

/** A site's own data sources: where the stack has a UI, one of them asks it through the plugin. */
export function checkOwnDataSources(text: string, config: ClusterConfig): OwnFileProblem[] {
  let document: unknown;
  try {
    document = parseYaml(text, "go");
  } catch (error) {
    return describeYamlError(error);
  }
  const parsed = Provisioning.safeParse(document);
  if (!parsed.success) return describeIssues(parsed.error);
  if (!config.ui) return [];
  const url = dataSourceUrl(config);
  const asksTheUi = parsed.data.datasources.some((source) => source.type === PLUGIN_ID && source.url?.replace(/\/$/, "") === url);
  return asksTheUi ? [] : [{ message: `has no data source of type \`${PLUGIN_ID}\` with the UI's address`, help: `url: ${url}` }];
}
