import type { ClusterConfig } from "../config/config";
import { isAnyAddress } from "../ui/ui";
import type { OwnFileProblem } from "../yaml/own-file-problem";
import { GRAFANA_DATA, grafanaPort } from "./grafana";

/** A site's own grafana.ini: it listens where the stack says and keeps its data in the volume. */
export function checkOwnGrafanaIni(text: string, config: ClusterConfig): OwnFileProblem[] {
  const settings = parseIni(text);
  const wanted: Readonly<Record<string, string>> = {
    "server.http_port": String(grafanaPort(config)),
    "server.protocol": "http",
    "paths.data": GRAFANA_DATA,
  };
  const wrong = Object.entries(wanted).flatMap(([key, value]) => {
    const written = settings.get(key);
    return written === undefined || written === value ? [] : [{ message: `${key} is \`${written}\`, in the stack \`${value}\`` }];
  });
  return [...wrong, ...checkAddress(settings.get("server.http_addr"), config)];
}

function checkAddress(written: string | undefined, { grafana }: ClusterConfig): OwnFileProblem[] {
  if (isAnyAddress(written) || written === grafana?.address) return [];
  return [
    {
      message: `server.http_addr is \`${written}\`, in the stack \`${grafana?.address ?? "every address"}\``,
      help: `grafana: { address: ${written} }`,
    },
  ];
}

/** Keys as `section.name`; comments start with `;` or `#`. */
function parseIni(text: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  let section = "";
  for (const line of text.split("\n").map((raw) => raw.trim())) {
    const header = /^\[(.+)\]$/.exec(line);
    const setting = /^([^;#=][^=]*?)\s*=\s*(.*)$/.exec(line);
    if (header) section = header[1]!;
    else if (setting) settings.set(`${section}.${setting[1]}`, setting[2]!.replace(/^(["'])(.*)\1$/, "$2"));
  }
  return settings;
}
