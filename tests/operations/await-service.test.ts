import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AwaitArgs, awaitService, type ServiceReport } from "../../operations/observe/await-service";
import { renderService } from "../../operations/observe/render-service";
import type { PlannedStore } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const STORE: PlannedStore = {
  name: "sos-meminfo",
  host: "node-1",
  container: "agg1",
  plugin: "store_sos",
  schema: "meminfo",
  path: "/store",
  samplerHosts: ["node-1"],
};
const DAEMON = {
  host: "node-1",
  container: "samp",
  role: "sampler",
  level: 0,
  xprt: "sock",
  port: 411,
  auth: "none",
  componentId: 1,
} as const;
const NODE = { name: "node-1", isLocal: true, containers: [["agg1", "aggregator"] as const, ["samp", "sampler"] as const] };
const plan = sketchPlan([NODE], { stores: [STORE], daemons: [DAEMON] });
/** Nothing answers on this address. */
const DEAD = { name: "node-2", address: "127.0.0.2", containers: [["samp", "sampler"] as const] };
const withDead = (tolerated: number) =>
  sketchPlan([NODE, DEAD], {
    stores: [{ ...STORE, samplerHosts: ["node-1", "node-2"] }],
    daemons: [DAEMON, { ...DAEMON, host: "node-2", componentId: 2 }],
    toleratedDeadHosts: tolerated,
  });

interface Engine {
  readonly samp?: readonly [state: string, health: string, restarts?: number];
  readonly agg1?: readonly [state: string, health: string, restarts?: number];
  /** Component ids in the store, or what the reader says instead. */
  readonly rows?: readonly number[] | string;
  readonly health?: readonly string[];
  readonly log?: readonly string[];
}

/** An engine of this machine that has both containers. */
function docker({ samp = ["running", "healthy"], agg1 = ["running", "healthy"], rows = [1], health = [], log = [] }: Engine): string {
  const line = (name: string, role: string, [state, word, restarts = 0]: readonly [string, string, number?]) =>
    `printf '%s\\n' '${[`/${name}`, role, state, word, "i", "i", "t", restarts].join("\t")}'`;
  const data = typeof rows === "string" ? "" : rows.map((id) => `{"timestamp" : "'$now'.0","component_id" : "${id}"}`).join(",");
  const lines = (texts: readonly string[]) => [...texts.map((text) => `printf '%s\\n' '${text}'`), ":"].join("; ");
  return `case "$1 $*" in
"ps "*) echo id ;;
"inspect "*Health.Log*) ${lines(health.map((text) => JSON.stringify(text)))} ;;
"inspect "*) ${line("agg1", "aggregator", agg1)}; ${line("samp", "sampler", samp)} ;;
"logs "*) ${lines(log)} ;;
"exec "*) now=$(date +%s); echo "$*" >>"$0.log"; ${typeof rows === "string" ? `echo '${rows}'; exit 2` : `printf '%s\\n' '{ "data" : [${data}] }'`} ;;
esac`;
}

const args = (changes: Partial<AwaitArgs> = {}): AwaitArgs => ({ waitSeconds: 1, sinceMs: Date.now(), skippedHosts: [], ...changes });

function wait(engine: Engine, changes: Partial<AwaitArgs> = {}, of: DeploymentPlan = plan): Promise<ServiceReport> {
  return withPrograms({ docker: docker(engine) }, () => awaitService(of, args(changes)));
}

describe("awaitService", () => {
  it("waits for health alone, and for no rows, where the stores await nobody", async () => {
    const rows = "Error 2 opening the container /store.";
    const passing = { ...plan, stores: [{ ...STORE, samplerHosts: [] }] };
    const starting = await wait({ rows, samp: ["running", "starting"] }, {}, passing);
    const healthy = await wait({ rows }, {}, passing);
    assert.deepEqual([starting.isWell, healthy.isWell], [false, true]);
  });

  it("ends at once where all data arrives and all is healthy, with verify's line", async () => {
    const began = Date.now();
    const report = await wait({}, { waitSeconds: 60 });
    assert.deepEqual([report.isWell, report.troubles, report.deadHosts], [true, [], []]);
    assert.match(renderService(report), /^1 of 1 samplers in the store on node-1, newest row \d s old$/);
    assert.ok(Date.now() - began < 5000);
  });

  it("counts rows from the given time on only, to the second", async () => {
    for (const ago of [0, 300, 7_500]) {
      const sinceMs = Date.now() - ago;
      const asked = await withPrograms({ docker: docker({}) }, async (folder) => {
        await awaitService(plan, args({ sinceMs, waitSeconds: 5 }));
        return readFileSync(join(folder, "docker.log"), "utf8");
      });
      const fromMs = Number(/timestamp:ge:(\d+)/.exec(asked)?.[1]) * 1000;
      assert.ok(fromMs >= sinceMs && fromMs < sinceMs + 3000, `${ago} ms: ${fromMs - sinceMs}`);
    }
  });

  it("does not wait for a container that is starting while its data arrives", async () => {
    assert.equal((await wait({ samp: ["running", "starting"] }, { waitSeconds: 60 })).isWell, true);
  });

  it("does not take a container that starts again and again for one that is starting", async () => {
    const report = await wait({ samp: ["running", "starting", 3], log: ["Error 7 listening on sock:411", "LDMSD_ cleanup end."] });
    assert.equal(report.isWell, false);
    assert.equal(renderService(report).split("\n").at(-1), "samp on node-1 restarting: Error 7 listening on sock:411");
  });

  it("names what does not run behind what is not healthy, with the reason of the log and of the health check", async () => {
    const health = ["all is well", "first line\nproducer node-1 is not connected\n"];
    const report = await wait({ samp: ["restarting", ""], agg1: ["running", "unhealthy"], rows: [], health, log: ["no key", "bye"] });
    assert.deepEqual(renderService(report).split("\n").slice(1), [
      "agg1 on node-1 unhealthy: producer node-1 is not connected",
      "samp on node-1 restarting: bye",
    ]);
  });

  it("names the store that cannot be read last, where the containers are well", async () => {
    const report = await wait({ rows: "Error 2 opening the container" });
    assert.equal(report.isWell, false);
    assert.equal(renderService(report).split("\n").at(-1), "store on node-1: Error 2 opening the container");
  });

  it("waits for health alone where no store can be read, and says so", async () => {
    const kafka = { ...plan, stores: [{ ...STORE, plugin: "store_kafka" }] };
    const starting = await wait({ samp: ["running", "starting"] }, {}, kafka);
    const healthy = await wait({}, {}, kafka);
    assert.deepEqual([starting.isWell, healthy.isWell], [false, true]);
    assert.deepEqual(renderService(healthy).split("\n"), [
      "store `sos-meminfo` hands its rows over to its brokers: that they arrive there is not shown",
      "no store to read here: all rows are handed over; all containers are healthy",
    ]);
  });

  describe("where the site starts samplers by itself", () => {
    type External = NonNullable<ReturnType<typeof sketchPlan>["externals"]>[number];
    const external = (host: string, componentId: number) => ({ host, componentId, dialledAt: [{ host, port: 10411 }] });
    const daemons = [
      DAEMON,
      { ...DAEMON, container: "agg1", role: "aggregator", level: 1, port: 412 } as const,
      { ...DAEMON, host: "nid1", container: "node", isExternal: true, componentId: 7 } as const,
      { ...DAEMON, host: "nid2", container: "node", isExternal: true, componentId: 8 } as const,
    ];
    const withExternals = (tolerated: number, further: readonly External[] = []) =>
      sketchPlan([NODE], {
        stores: [{ ...STORE, samplerHosts: ["node-1", "nid1", "nid2"] }],
        daemons,
        externals: [{ name: "node", argv: ["ldmsd"], daemons: [external("nid1", 7), external("nid2", 8)] }, ...further],
        toleratedDeadHosts: tolerated,
      });
    const row = (name: string, state: string) => `${name} ${name} 10411 sock none 1 -1 -1 ${state} active`;
    const asked = (rows: readonly number[]) =>
      docker({ rows }).replace(
        `"exec "*)`,
        `"exec "*ldmsd_controller*) grep -q prdcr_status && printf '%s\\n' '${row("nid1", "CONNECTED")}' '${row("nid2", "DISCONNECTED")}' ;;\n"exec "*"sh -c"*) ;;\n"exec "*)`,
      );
    const awaitSite = (rows: readonly number[], tolerated: number, further: readonly External[] = []) =>
      withPrograms({ docker: asked(rows) }, () => awaitService(withExternals(tolerated, further), args({ waitSeconds: 12 })));

    it("tolerates as many that no aggregator is connected to as hosts may be dead, and names them", async () => {
      const report = await awaitSite([1, 7], 1);
      assert.deepEqual([report.isWell, report.deadHosts], [true, ["nid2"]]);
    });

    it("tolerates a dead host once, however many daemons the site starts there", async () => {
      const report = await awaitSite([1, 7], 1, [{ name: "gpu", argv: ["ldmsd"], daemons: [external("nid2", 8)] }]);
      assert.deepEqual([report.isWell, report.deadHosts], [true, ["nid2"]]);
    });

    it("asks the aggregators once in a look, for the hosts and for what they say of themselves", async () => {
      const counting = `case "$*" in "exec "*ldmsd_controller*) echo asked >>"$0.asked" ;; esac\n${asked([1, 7])}`;
      const times = await withPrograms({ docker: counting }, async (folder) => {
        const report = await awaitService(withExternals(1), args({ waitSeconds: 12 }));
        assert.equal(report.isWell, true);
        return readFileSync(join(folder, "docker.asked"), "utf8").trimEnd().split("\n").length;
      });
      // One of the look that was the last: for the producers' states, and for the figures.
      assert.equal(times, 2);
    });

    it("is not well for one more, nor for one that is connected and has no rows", async () => {
      const more = await awaitSite([1, 7], 0);
      const silent = await awaitSite([1], 1);
      assert.deepEqual([more.isWell, more.deadHosts], [false, []]);
      assert.deepEqual([silent.isWell, silent.deadHosts], [false, ["nid2"]]);
    });
  });

  it("does not wait for hosts that the deployment left out", async () => {
    const report = await wait({}, { waitSeconds: 60, skippedHosts: ["node-2"] }, withDead(1));
    assert.deepEqual([report.isWell, report.deadHosts], [true, ["node-2"]]);
  });

  it("leaves out a sampler that died since where the stack tolerates it, and names it where not", async () => {
    const tolerated = await wait({}, { waitSeconds: 30 }, withDead(1));
    assert.deepEqual([tolerated.isWell, tolerated.deadHosts], [true, ["node-2"]]);
    const named = await wait({}, {}, withDead(0));
    assert.deepEqual([named.isWell, named.deadHosts], [false, []]);
    assert.match(renderService(named).split("\n").at(-1) ?? "", /^node-2: (unreachable|ssh is refused): /);
  });

  it("looks again until the data is there, and tells each look", async () => {
    const filling = `if [ "$1" = exec ] && [ ! -e "$0.seen" ]; then : >"$0.seen"; echo '{ "data" : [] }'; exit; fi\n${docker({})}`;
    const seen: number[] = [];
    const onReport = ({ stores }: ServiceReport) => void seen.push(stores[0]?.present.length ?? 0);
    const report = await withPrograms({ docker: filling }, () => awaitService(plan, args({ waitSeconds: 20, onReport })));
    assert.deepEqual([report.isWell, seen], [true, [0, 1]]);
  });

  describe("where an aggregator finds fault with itself while all else is well", () => {
    const daemons = [DAEMON, { ...DAEMON, container: "agg1", role: "aggregator", level: 1, port: 412 } as const];
    const ofBoth = sketchPlan([NODE], { stores: [STORE], daemons });
    const line = "none of its producers is connected: the last set came 12 s ago";
    const faulty = (until: string) => `case "$*" in
"exec "*ldmsd_controller*) exit ;;
"exec "*"sh -c"*) ${until}; echo '${line}'; exit 1 ;;
esac
${docker({})}`;

    it("looks again, and tells what it waits for", async () => {
      const seen: (string | undefined)[] = [];
      const onReport = ({ aggregators }: ServiceReport) => void seen.push(aggregators?.[0]?.health?.message);
      const once = faulty(`[ -e "$0.calm" ] && exit 0; : >"$0.calm"`);
      const report = await withPrograms({ docker: once }, () => awaitService(ofBoth, args({ waitSeconds: 60, onReport })));
      assert.deepEqual([report.isWell, seen], [true, [line, undefined]]);
    });

    it("does not look for ever", async () => {
      const began = Date.now();
      const report = await withPrograms({ docker: faulty(":") }, () => awaitService(ofBoth, args({ waitSeconds: 120 })));
      assert.equal(report.isWell, false);
      assert.match(renderService(report), new RegExp(line));
      assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
    });
  });

  it("gives a host that hangs 10 s more at its end, and judges by the others", async () => {
    const hanging = `if [ "$1" = exec ]; then sleep 60; fi\n${docker({ samp: ["restarting", ""], log: ["no key"] })}`;
    const began = Date.now();
    const report = await withPrograms({ docker: hanging }, () => awaitService(plan, args()));
    assert.ok(Date.now() - began < 13_500, `${Date.now() - began} ms`);
    assert.deepEqual(renderService(report).split("\n").slice(-2), [
      "store on node-1: no answer within 10 s",
      "samp on node-1 restarting: no key",
    ]);
  });

  it("ends at its signal", async () => {
    const signal = AbortSignal.timeout(500);
    await assert.rejects(wait({ rows: [] }, { waitSeconds: 60, signal }));
  });

  it("folds hosts that say the same", () => {
    const trouble = (host: string) => ({ host, container: "agg1", state: "exited", reason: "Error 2" });
    const report = {
      stack: "s",
      stores: [],
      unread: [],
      handedOver: [],
      isWell: false,
      deadHosts: [],
      troubles: ["c-05", "c-06"].map(trouble),
    };
    assert.equal(renderService(report).split("\n").at(-1), "agg1 on c-[05-06] exited: Error 2");
  });
});
