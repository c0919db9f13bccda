import { foldHosts } from "../hostlist/hostlist";
import { type ImportedHosts, linesOf } from "./imported";

/** States of Slurm in which a node does not answer, or is kept out. */
const AWAY = /^(down|drain|fail|maint|unk|no_resp|power)/i;

/** `sinfo -N`: a node and a partition a line, below the names of the columns. The partitions are groups. @see sinfo(1) */
export function readSinfo(text: string, found: ImportedHosts): void {
  const [head, ...rows] = linesOf(text);
  const columns = head?.line.split(/\s+/) ?? [];
  const [nodes, partition, state] = ["NODELIST", "PARTITION", "STATE"].map((name) => columns.indexOf(name));
  if (nodes! < 0) {
    found.refuse(head?.place ?? "line 1", "has no column `NODELIST`", "write the file by `sinfo -N`, without `-h`");
    return;
  }
  const away = new Set<string>();
  for (const { place, line } of rows) {
    const words = line.split(/\s+/);
    const hosts = found.expand(place, words[nodes!] ?? "");
    found.add(hosts, words[partition!]?.replace(/\*$/, ""));
    if (AWAY.test(words[state!] ?? "")) for (const host of hosts) away.add(host);
  }
  if (away.size > 0) found.notes.add(`Slurm has them down or drained: ${foldHosts([...away])}`);
}
