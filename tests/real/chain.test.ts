import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renderCause, renderChain } from "../../operations/chain/render-causes";
import { isChainWhole, verify } from "../../operations/chain/verify-chain";
import { HEALTH_SCRIPT } from "../../plan/health/script";
import type { PlannedDaemon } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { withPrograms } from "../operations/fake-programs";
import { sketchPlan } from "../operations/lab-plan";
import { changeContainers } from "../unit/change-containers";
import { aggregatorLines, control, type Daemons, freePorts, haveDaemons, kill, samplerLines, storeLines } from "./daemons";

const NAMES = ["n1", "n2", "l1", "l2"] as const;
type Name = (typeof NAMES)[number];

/** Runs what is to run in a container here; a container runs where its file says so, and its log is the daemon's. */
const ENGINE = `name=
for word; do case $word in n1 | n2 | l1 | l2) name=$word; break ;; esac; done
case $1 in
inspect) cat "$name.state" ;;
logs) cat "$name.log" ;;
exec) while [ "$1" != "$name" ]; do shift; done; shift; export HOSTNAME="$name"; exec "$@" ;;
esac`;

/** What breaks, and the one line that tells it. */
interface Fault {
  readonly title: string;
  readonly breaks: () => Promise<unknown>;
  readonly told: RegExp;
}

describe("verify, on real daemons of two levels", function () {
  this.timeout(120_000);
  let daemons: Daemons;
  let port: Readonly<Record<Name, number>>;
  let running: Record<Name, ChildProcess>;
  /** By which the level-1 aggregator is to dial the first sampler. */
  let n1Name = "localhost";

  haveDaemons((made) => {
    daemons = made;
  });
  beforeEach(async () => {
    n1Name = "localhost";
    const free = await freePorts(NAMES.length);
    port = Object.fromEntries(NAMES.map((name, i) => [name, free[i]!])) as Record<Name, number>;
    const path = join(daemons.folder, "store_csv");
    mkdirSync(path);
    for (const name of NAMES) writeFileSync(join(daemons.folder, `${name}.state`), "running\t0\tfalse\t0\t\n");
    running = {
      n1: await daemons.start("n1", port.n1, samplerLines("meminfo")),
      n2: await daemons.start("n2", port.n2, ["env COMPONENT_ID=2", ...samplerLines("meminfo")]),
      l1: await daemons.start("l1", port.l1, aggregatorLines([port.n1, port.n2])),
      l2: await daemons.start("l2", port.l2, [...aggregatorLines([port.l1]), ...storeLines("store_csv", path)]),
    };
    const first = await look(20);
    assert.deepEqual([first.causes.map(renderCause), isChainWhole(first)], [[], true]);
  });
  afterEach(() => running.n1.kill("SIGCONT"));

  function plan(): DeploymentPlan {
    const daemon = (host: Name, level: number, componentId: number): PlannedDaemon => ({
      ...{ host, container: host, level, componentId, xprt: "sock", port: port[host], auth: "none" },
      role: level === 0 ? "sampler" : "aggregator",
      ...(level === 0 && { sets: [{ name: "meminfo", schema: "meminfo", intervalSeconds: 1 }] }),
    });
    const producer = (host: Name) => ({ host, container: host, dialledAt: `${host === "n1" ? n1Name : "localhost"}:${port[host]}` });
    const sketched = sketchPlan(
      NAMES.map((name) => ({ name, isLocal: true, containers: [[name, name.startsWith("n") ? "sampler" : "aggregator"]] as const })),
      {
        daemons: [daemon("n1", 0, 1), daemon("n2", 0, 2), daemon("l1", 1, 3), daemon("l2", 2, 4)],
        pulls: [
          { aggregators: [{ host: "l1", container: "l1" }], updateSeconds: 1, producers: [producer("n1"), producer("n2")] },
          { aggregators: [{ host: "l2", container: "l2" }], updateSeconds: 1, producers: [producer("l1")] },
        ],
        stores: [
          {
            ...{ name: "store_csv", host: "l2", container: "l2", plugin: "store_csv", schema: "meminfo" },
            path: join(daemons.folder, "store_csv", "c"),
            samplerHosts: ["n1", "n2"],
          },
        ],
      },
    );
    const script = HEALTH_SCRIPT.replaceAll("/dev/shm/", `${daemons.folder}/`);
    writeFileSync(join(daemons.folder, "health"), script);
    return changeContainers(sketched, (container) => {
      const words = container.role === "sampler" ? "set=1:meminfo" : "receives=60";
      const test = ["CMD-SHELL", `sh '${daemons.folder}/health' sock ${port[container.host as Name]} none ${words}`];
      return { ...container, healthCheck: { ...container.healthCheck, test } };
    });
  }

  const look = (waitSeconds = 0) =>
    withPrograms({ docker: `cd '${daemons.folder}'\n${ENGINE}` }, () => verify(plan(), { waitSeconds, freshSeconds: 8 }));

  /** Until the fault has its whole effect: sets may be 8 s old. */
  async function told(): Promise<string[]> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const { causes } = await look();
      if (causes.length > 0 || Date.now() > deadline) return causes.map((cause) => `${cause.link}: ${renderCause(cause).split("\n")[0]}`);
    }
  }

  const FAULTS: readonly Fault[] = [
    {
      title: "a plugin that was stopped",
      breaks: () => control(port.n1, "stop name=meminfo"),
      told: /^sets: n1 on n1: set n1\/meminfo: [0-9]+ intervals old$/,
    },
    {
      title: "a sampler that is gone",
      breaks: async () => {
        writeFileSync(join(daemons.folder, "n1.state"), "exited\t139\tfalse\t0\t\n");
        await kill(running.n1);
      },
      told: /^container: n1 on n1: exited \(139\)/,
    },
    {
      title: "a sampler that hangs: its producer stays CONNECTED",
      breaks: async () => running.n1.kill("SIGSTOP"),
      told: /^container: n1 on n1: listener sock:[0-9]+: no answer within 8 s$/,
    },
    {
      title: "a producer that was stopped",
      breaks: () => control(port.l1, `prdcr_stop name=n${port.n1}`),
      told: /^producer: l1 on l1: 1 of 2 producers STOPPED \(n1 on n1\): nobody has started them; behind it 1 sampler$/,
    },
    {
      title: "a name that does not resolve",
      breaks: async () => {
        n1Name = "n1.invalid";
        await control(port.l1, `prdcr_stop name=n${port.n1}`);
        await control(port.l1, `prdcr_del name=n${port.n1}`);
        await control(port.l1, `prdcr_add name=other type=active xprt=sock host=${n1Name} port=${port.n1} reconnect=1s`);
        await control(port.l1, "prdcr_start name=other");
        // It says so at each try.
        await sleep(2500);
      },
      told: /^transport: l1 on l1: 1 of 2 producers DISCONNECTED \(n1 on n1\): their names do not resolve there; behind it 1 sampler$/,
    },
    {
      title: "an updater that was stopped",
      breaks: () => control(port.l1, "updtr_stop name=all"),
      told: /^updater: l1 on l1: 2 of 2 producers without an updater: updater `all` is STOPPED; behind it 2 samplers$/,
    },
    {
      title: "an updater of the next level that was stopped",
      breaks: () => control(port.l2, "updtr_stop name=all"),
      told: /^updater: l2 on l2: 1 of 1 producers without an updater: updater `all` is STOPPED; behind it 2 samplers$/,
    },
    {
      title: "a level-1 aggregator that is gone",
      breaks: async () => {
        writeFileSync(join(daemons.folder, "l1.state"), "exited\t1\tfalse\t0\t\n");
        await kill(running.l1);
      },
      told: /^container: l1 on l1: exited \(1\).*; behind it 2 samplers$/,
    },
    {
      title: "a storage policy that was stopped",
      breaks: () => control(port.l2, "strgp_stop name=store_csv"),
      told: /^policy: l2 on l2: storage policy `store_csv` is STOPPED; behind it 2 samplers$/,
    },
  ];

  it("tells what arrives where all is well: samplers, rows a second, the oldest set", async () => {
    await sleep(9000);
    assert.match(
      renderChain(await look()),
      /^2 of 2 samplers in the store on l2, newest row [0-9]+ s old\nstore `store_csv`: (1[.][5-9]|2|2[.][0-5]) rows a second\n2 of 2 samplers arrive at their aggregators, the oldest set [0-9] s old$/,
    );
  });

  for (const { title, breaks, told: expected } of FAULTS) {
    it(`tells ${title}, and that alone`, async () => {
      await breaks();
      const [cause, ...others] = await told();
      assert.match(cause ?? "", expected);
      assert.deepEqual(others, []);
    });
  }
});
