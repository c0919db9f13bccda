import { docker } from "./engine";

export interface Row {
  readonly component: string;
  readonly memTotal: number;
}

/** Rows of the last seconds, from the store itself, by the command that `ldms verify` uses. */
export function rows(aggregator: string, seconds: number): readonly Row[] {
  const since = Math.floor(Date.now() / 1000) - seconds;
  const columns = ["timestamp", "component_id", "MemTotal"].flatMap((name) => ["-V", name]);
  const query = [
    "sos_cmd",
    "-C",
    "/store/meminfo",
    "-q",
    "-S",
    "meminfo",
    "-X",
    "time_comp_job",
    "-F",
    `timestamp:ge:${since}`,
    "-f",
    "json",
  ];
  const { code, out } = docker(["exec", aggregator, ...query, ...columns]);
  if (code !== 0) return [];
  const { data } = JSON.parse(out) as { data: Record<string, number>[] };
  return data.map((row) => ({ component: String(row["component_id"]), memTotal: row["MemTotal"] ?? 0 }));
}

export const components = (aggregator: string, seconds: number): string =>
  [...new Set(rows(aggregator, seconds).map((row) => row.component))].sort().join(" ");
export const settle = (seconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

/** A bash that writes the daemon's file, as a bind of a host's would be, and becomes the image's entrypoint. */
export function withFile(lines: readonly string[]): { readonly options: readonly string[]; readonly argv: readonly string[] } {
  const script = `mkdir -p /etc/ldms; printf '%s\\n' "$FILE" >/etc/ldms/ldmsd.conf; exec /usr/local/lib/ldms/ldmsd-entrypoint "$@" -c /etc/ldms/ldmsd.conf`;
  return { options: ["--env", `FILE=${lines.join("\n")}`, "--entrypoint", "bash"], argv: ["-c", script, "bash"] };
}
