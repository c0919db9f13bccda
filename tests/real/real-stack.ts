import { access } from "node:fs/promises";
import { join } from "node:path";
import { hostNames, runOnHost } from "../../lab/lab";
import { LabStack, succeeded } from "../lab/lab-stack";
import type { StackChanges } from "../lab/project-folder";
import { needLab } from "../operations/on-lab/need-lab";

/** An install prefix of upstream's build: ldmsd, SOS and maestro. */
const OVIS = process.env["LDMS_OVIS"];

export const IMAGES = {
  registry: "198.18.0.5:5000",
  tag: "real",
  source: "build",
  ovis: OVIS,
  grafanaBase: "ldms-lab/grafana-standin:9.1.0",
};

export const MEMINFO = { name: "meminfo", interval: "1s", offset: "0s", config: { perm: "0777" } };

export const SOS_MEMINFO = {
  name: "sos-meminfo",
  plugin: "store_sos",
  schema: "meminfo",
  container: "meminfo",
  flush: "10s",
  path: "/store",
  hostPath: "/store",
};

export const AGG1 = { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", offset: "200ms", reconnect: "1s" };
export const AGG2 = { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", offset: "400ms", reconnect: "1s" };

export type Configure = "files" | "maestro";

/** Pulumi.lab.yaml with the real binaries and nothing that only people look at. */
export function realStack(configure: Configure, changes: StackChanges = {}): StackChanges {
  return {
    "ldms:images": IMAGES,
    "ldms:ui": undefined,
    "ldms:grafana": undefined,
    "ldms:maestro": configure === "maestro" ? { host: "cygnus-07" } : undefined,
    "ldms:aggregators": [AGG1, { ...AGG2, stores: [SOS_MEMINFO], dsosd: true }],
    ...changes,
  };
}

export async function needOvis(this: Mocha.Context): Promise<void> {
  if (OVIS === undefined) {
    console.warn("!!!! LDMS_OVIS names no install prefix of upstream's LDMS: the tests on the real daemons are SKIPPED !!!!");
    this.skip();
  }
  for (const program of ["sbin/ldmsd", "bin/ldmsd_controller", "bin/sos_cmd", "bin/maestro"]) await access(join(OVIS, program));
}

/** The lab with the real daemons; whatever a store holds is taken away first, for SOS refuses a folder that is not its own. */
export function describeReal(title: string, describeSuite: (lab: LabStack) => void): void {
  describe(title, function () {
    this.timeout(900_000);
    const lab = new LabStack();

    before(async function () {
      await needOvis.call(this);
      await needLab.call(this);
      await lab.prepare();
      await emptyStores();
    });
    after(async () => {
      await lab.remove();
      await emptyStores();
    });

    describeSuite(lab);
  });
}

/** Nothing deployed and nothing stored, then the stack as it is given. */
export async function deployAnew(lab: LabStack, changes: StackChanges, args: readonly string[] = []): Promise<void> {
  await lab.haveNothing();
  await emptyStores();
  succeeded(await lab.up(changes, args));
}

export async function emptyStores(): Promise<void> {
  await Promise.all(hostNames.map((host) => runOnHost(host, "rm -rf /store /store2")));
}
