import { stringify } from "yaml";
import type { PlanFacts } from "../model/plan-facts";
import { ownValue } from "../text/own-value";
import { showControls } from "../text/text";
import type { OwnFileProblem } from "../yaml/own-file-problem";

/** A dashboard by the name of its file. */
export interface DashboardFile {
  /** `nodes.json` */
  readonly name: string;
  readonly text: string;
}

/** Where Grafana looks for what to provision, and where the provisioned dashboards lie. */
export const PROVIDERS_FILE = "/etc/grafana/provisioning/dashboards/ldms.yaml";
export const DASHBOARDS_FOLDER = "/etc/ldms/dashboards";

/** @see https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards */
export function renderProviders(): string {
  const provider = { name: "LDMS", orgId: 1, type: "file", allowUiUpdates: false, options: { path: DASHBOARDS_FOLDER } };
  return stringify({ apiVersion: 1, providers: [provider] }, { lineWidth: 0 });
}

const FILE_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]*\.json$/;

/** The JSON files of a site's folder, each checked. */
export function readOwnDashboards(
  folder: string,
  { ownFiles, ownFolders = {} }: Pick<PlanFacts, "ownFiles" | "ownFolders">,
): { readonly files: readonly DashboardFile[]; readonly problems: readonly OwnFileProblem[] } {
  const names = (ownValue(ownFolders, folder) ?? []).filter((name) => name.endsWith(".json"));
  if (names.length === 0) return { files: [], problems: [{ message: `is no folder with files \`*.json\`: \`${folder}\`` }] };
  const files = names.map((name) => ({ name, text: ownValue(ownFiles, `${folder}/${name}`) ?? "" }));
  return { files, problems: checkOwnDashboards(files) };
}

/** Grafana passes over a dashboard that it cannot read, and over both of two of one title or uid, with a line in its log. */
function checkOwnDashboards(files: readonly DashboardFile[]): OwnFileProblem[] {
  const titles = new Map<string, string>();
  return files.flatMap(({ name, text }): OwnFileProblem[] => {
    if (!FILE_NAME.test(name)) return [{ message: `\`${showControls(name)}\`: must be a name of letters, digits, \`_\`, \`.\` and \`-\`` }];
    const dashboard = readDashboard(text);
    if (dashboard === undefined)
      return [{ message: `\`${name}\`: is no dashboard: no JSON with a \`title\``, help: "export it in Grafana as JSON" }];
    return ["title", "uid"].flatMap((key) => {
      const value = dashboard[key];
      if (typeof value !== "string" || value === "") return [];
      const other = titles.get(`${key} ${value}`);
      titles.set(`${key} ${value}`, name);
      return other === undefined ? [] : [{ message: `\`${name}\`: has the ${key} of \`${other}\`: \`${showControls(value)}\`` }];
    });
  });
}

function readDashboard(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const dashboard = JSON.parse(text) as unknown;
    if (typeof dashboard !== "object" || dashboard === null) return undefined;
    const { title } = dashboard as { title?: unknown };
    return typeof title === "string" && title !== "" ? (dashboard as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
