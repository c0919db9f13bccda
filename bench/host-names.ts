import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { copyProject } from "../lab/project-copy";
import { measureCpu } from "./cpu-time";

const STACK = "bench";
/** Names whose last number tells hosts apart, and names of racks and nodes, which repeat it and have their ids by rule. */
const FLAT = { hosts: "nid[00001-10240]" };
const RACKS = { hosts: "r[01-40]n[001-256]", componentIds: { "r[01-40]n[001-256]": "1-10240" } };
const MOST_RATIO = 1.1;

export interface HostNamesCase {
  readonly namings: readonly NamingRuns[];
}

interface NamingRuns {
  readonly hosts: string;
  /** Of CPU time, of all processes of the preview. */
  readonly seconds: readonly number[];
  /** To create, by the preview. */
  readonly resources: number;
}

/** Previews of two stacks that differ in their hosts' names alone, in turn. No host is contacted. */
export async function measureHostNames(rounds: number): Promise<HostNamesCase> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-names-"));
  try {
    copyProject(folder);
    const runs = [FLAT, RACKS].map((naming) => ({ naming, seconds: [] as number[], resources: 0 }));
    for (let round = 0; round < rounds; round++) {
      for (const run of runs) {
        const { seconds, resources } = await preview(folder, run.naming);
        run.seconds.push(seconds);
        run.resources = resources;
      }
    }
    return { namings: runs.map(({ naming, ...rest }) => ({ hosts: naming.hosts, ...rest })) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function preview(folder: string, naming: { readonly hosts: string }): Promise<{ seconds: number; resources: number }> {
  const samplers = [{ hosts: naming.hosts, plugins: [{ name: "meminfo", interval: "1s" }] }];
  const values = { xprt: "sock", munge: { mode: "none" }, method: "fan-out", ...naming, samplers };
  const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`ldms:${key}`, value]));
  writeFileSync(join(folder, `Pulumi.${STACK}.yaml`), stringify({ config }));
  const environment = { PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "bench", LDMS_SWEEP: "off" };
  const argv = [process.execPath, "bin/ldms.js", "preview", "-s", STACK, "--engine", "embedded"];
  const { code, output, cpuSeconds } = await measureCpu(argv, { folder, environment });
  const created = /([0-9]+) to create/.exec(output)?.[1];
  if (code !== 0 || created === undefined) throw new Error(`the preview of ${naming.hosts} failed:\n${output}`);
  return { seconds: cpuSeconds, resources: Number(created) };
}

/** By the least of each: what else the machine does only adds. */
export function namesRatio({ namings: [flat, racks] }: HostNamesCase): number {
  return Math.min(...racks!.seconds) / Math.min(...flat!.seconds);
}

export function hostNamesFaults(one: HostNamesCase): string[] {
  const [flat, racks] = one.namings;
  const ratio = namesRatio(one);
  return [
    ...(ratio > MOST_RATIO ? [`${racks!.hosts}: ${ratio.toFixed(2)} times the preview of ${flat!.hosts}`] : []),
    ...(racks!.resources === flat!.resources ? [] : [`${racks!.hosts}: ${racks!.resources} resources, not ${flat!.resources}`]),
  ];
}
