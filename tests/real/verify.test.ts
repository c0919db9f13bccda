import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { verify } from "../../operations/chain/verify-chain";
import { renderVerify } from "../../operations/observe/render-verify";
import { isVerified } from "../../operations/observe/verify";
import { HEALTH_SCRIPT } from "../../plan/health/script";
import type { PlannedDaemon } from "../../plan/model/daemon";
import { withPrograms } from "../operations/fake-programs";
import { sketchPlan } from "../operations/lab-plan";
import { changeContainers } from "../unit/change-containers";
import { aggregatorLines, type Daemons, freePorts, haveDaemons, list, samplerLines, storeLines, waitFor } from "./daemons";

/** Runs what is to run in a container here; the container's log is the daemon's. */
const ENGINE = (log: string) => `case $1 in
logs) cat '${log}' ;;
exec) shift; [ "$1" != --interactive ] || shift; shift; exec "$@" ;;
esac`;

describe("verify, on a real aggregator", function () {
  this.timeout(60_000);
  let daemons: Daemons;
  let ports: readonly [number, number];

  haveDaemons((made) => {
    daemons = made;
  });
  beforeEach(async () => {
    ports = (await freePorts(2)) as [number, number];
    await daemons.start("n1", ports[0], samplerLines("meminfo", "vmstat"));
  });

  async function look(plugin: "store_csv" | "store_sos") {
    const path = join(daemons.folder, plugin, "c");
    const daemon: Omit<PlannedDaemon, "container" | "role" | "level" | "port"> = {
      host: "here",
      xprt: "sock",
      auth: "none",
      componentId: 1,
    };
    const plan = sketchPlan([{ name: "here", isLocal: true, containers: [["agg", "aggregator"]] }], {
      stores: [{ name: plugin, host: "here", container: "agg", plugin, schema: "meminfo", path, samplerHosts: ["here"] }],
      daemons: [
        { ...daemon, container: "samp", role: "sampler", level: 0, port: ports[0] },
        { ...daemon, container: "agg", role: "aggregator", level: 1, port: ports[1] },
      ],
    });
    const script = HEALTH_SCRIPT.replaceAll("/dev/shm/", `${daemons.folder}/`);
    const test = ["CMD-SHELL", `cat >"$PWD/health" <<'END'\n${script}END\nsh "$PWD/health" sock ${ports[1]} none receives=60`];
    const checked = changeContainers(plan, (container) => ({ ...container, healthCheck: { ...container.healthCheck, test } }));
    return withPrograms({ docker: `cd '${daemons.folder}'\n${ENGINE(join(daemons.folder, "agg.log"))}` }, () =>
      verify(checked, { waitSeconds: 20, freshSeconds: 15 }),
    );
  }

  for (const plugin of ["store_csv", "store_sos"] as const) {
    it(`reads ${plugin}, and says nothing of an aggregator that is well`, async () => {
      const path = join(daemons.folder, plugin);
      mkdirSync(path);
      await daemons.start("agg", ports[1], [...aggregatorLines([ports[0]]), ...storeLines(plugin, path)]);
      const report = await look(plugin);
      assert.match(renderVerify(report), /^1 of 1 samplers in the store on here, newest row [0-9]+ s old$/);
      assert.equal(isVerified(report), true);
      const { totalKb, refused, advised } = report.aggregators![0]!.setMemory!;
      assert.deepEqual([totalKb, refused, advised], [4096, 0, undefined]);
    });
  }

  it("names the set memory to give to one that refuses a set", async () => {
    const path = join(daemons.folder, "store_csv");
    await daemons.start("agg", ports[1], [...aggregatorLines([ports[0]]), ...storeLines("store_csv", path)], "16k");
    await waitFor("the one set", 10, async () => (await list(ports[1])).stdout === "n1/meminfo");
    const report = await look("store_csv");
    assert.equal(isVerified(report), false);
    assert.match(
      renderVerify(report),
      /^1 of 1 samplers .*\nhere: agg: set memory is full: 1 sets take 4 of 16 kB, 1 more are refused\n {2}help: `setMemory: 1M` for this aggregator$/,
    );
  });
});
