import assert from "node:assert/strict";
import { renderMembers } from "../../plan/fan-out/head-members";
import { renderBatch, renderSweep } from "../../plan/fan-out/head-script";
import { readTargets } from "../../plan/fan-out/head-tools";
import { renderHostScript } from "../../plan/fan-out/host-script";
import { listKept, renderKeptSettings } from "../../plan/fan-out/kept-connections";
import { listFanOuts } from "../../plan/fan-out/plan-fan-outs";
import { foldHosts, foldInOrder } from "../../plan/hostlist/hostlist";
import type { PlannedFanOut } from "../../plan/model/fan-out";
import { examplePlan, type Values } from "./example-stack";

function fanOutOf(changes: Values = {}): PlannedFanOut {
  return examplePlan({ method: "fan-out", ...changes }).fanOut!;
}

/** `samp-1: n0001 (0)`: a batch's hosts, and how many of them may fail. */
function batches(fanOut: PlannedFanOut): string[] {
  const all = fanOut.groups.flatMap((group) => group.batches);
  return all.map(({ name, hosts, maxFailures }) => `${name}: ${foldInOrder(hosts.map((host) => host.name))} (${maxFailures})`);
}

/** A stack of nothing but samplers. */
function samplers(hosts: string, changes: Values = {}): Values {
  const none = { aggregators: [], maestro: undefined, ui: undefined, grafana: undefined };
  return { ...none, hosts, samplers: [{ name: "samp", hosts, plugins: [{ name: "meminfo", interval: "1s" }] }], ...changes };
}

describe("the method", () => {
  it("is docker up to 32 hosts and fan-out above, unless the stack says", () => {
    assert.equal(examplePlan(samplers("n[01-32]")).method, "docker");
    assert.equal(examplePlan(samplers("n[01-33]")).method, "fan-out");
    assert.equal(examplePlan(samplers("n[01-33]", { method: "docker" })).method, "docker");
    assert.equal(examplePlan(samplers("n[01-02]", { method: "fan-out" })).method, "fan-out");
  });
});

describe("planFanOut", () => {
  it("makes a group of the hosts that get the same, named after their containers", () => {
    assert.deepEqual(
      fanOutOf().groups.map(({ name, hosts }) => `${name}: ${foldInOrder(hosts.map((host) => host.name))}`),
      ["samp: cygnus-[01-04]", "agg1: cygnus-[05-06]", "agg2-dsosd-maestro-ui-grafana: cygnus-07"],
    );
  });

  it("keeps groups of the same containers and other content apart", () => {
    const plugins = [{ name: "meminfo", interval: "1s" }];
    const groups = [
      { name: "a", hosts: "n[1-2]", plugins },
      { name: "b", hosts: "n[3-4]", plugins, options: ["-v", "INFO"] },
    ];
    assert.deepEqual(
      fanOutOf(samplers("n[1-4]", { samplers: groups })).groups.map(({ name }) => name),
      ["samp", "samp-b"],
    );
  });

  it("cuts a group as Ansible's `serial` does, with a share of failures that is never the whole batch", () => {
    assert.deepEqual(batches(fanOutOf(samplers("n[0001-1000]"))), [
      "samp-1: n0001 (0)",
      "samp-2: n[0002-0051] (2)",
      "samp-3: n[0052-0301] (12)",
      "samp-4: n[0302-1000] (34)",
    ]);
    assert.deepEqual(batches(fanOutOf(samplers("n[1-5]", { fanOut: { serial: [2], maxFail: 7 } }))), [
      "samp-1: n[1-2] (1)",
      "samp-2: n[3-4] (1)",
      "samp-3: n5 (0)",
    ]);
  });

  it("lets no aggregator and no service fail", () => {
    assert.deepEqual(batches(fanOutOf({ fanOut: { serial: ["100%"], maxFail: "100%" } })), [
      "samp-1: cygnus-[01-04] (3)",
      "agg1-1: cygnus-[05-06] (0)",
      "agg2-dsosd-maestro-ui-grafana-1: cygnus-07 (0)",
    ]);
  });

  it("has only the first of several batches wait for health", () => {
    const { groups } = fanOutOf(samplers("n[1-9]", { fanOut: { serial: [1, "100%"], canary: "1m" } }));
    assert.deepEqual(
      groups[0]!.batches.map((batch) => batch.healthySeconds),
      [60, 0],
    );
  });

  it("has a head node dial hosts by their names, with its own key, and this machine by their addresses", () => {
    const ssh = { user: "admin", key: "id", address: "198.18.0.[11-18]", jump: "login" };
    const { connection, hosts } = fanOutOf({ ssh, fanOut: { head: "cygnus-08", key: "/root/id" } }).groups[0]!;
    assert.deepEqual(connection, {
      kind: "ssh",
      address: "cygnus-01",
      user: "admin",
      port: 22,
      keyFile: "/root/id",
      connectTimeoutSeconds: 10,
    });
    assert.deepEqual(hosts[1], { name: "cygnus-02", address: "cygnus-02" });
    const here = fanOutOf({ ssh }).groups[0]!;
    assert.deepEqual(here.hosts[1], { name: "cygnus-02", address: "198.18.0.12" });
    assert.equal(here.connection.kind === "ssh" && here.connection.jump?.address, "login");
  });
});

describe("kept connections", () => {
  it("are of aggregators and services first, then of samplers, up to the number that the stack says", () => {
    const kept = (keep: number) => foldHosts(listKept(fanOutOf({ fanOut: { keep } })));
    assert.deepEqual([0, 2, 4, 400].map(kept), ["", "cygnus-[05-06]", "cygnus-[01,05-07]", "cygnus-[01-07]"]);
    assert.equal(fanOutOf().keep, 400);
  });

  it("are none to a host that is this machine", () => {
    const ssh = { overrides: [{ hosts: "cygnus-07", local: true }] };
    assert.equal(foldHosts(listKept(fanOutOf({ ssh }))), "cygnus-[01-06]");
  });

  it("are counted by the sweep alone, so that no batch differs for them", () => {
    const scriptsOf = (keep: number) => {
      const plan = examplePlan({ method: "fan-out", fanOut: { keep } });
      const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
      const [group] = plan.fanOut!.groups;
      return {
        sweep: renderSweep(scope, new Map(), { isKeeping: true }),
        batch: renderBatch(scope, group!, group!.batches[0]!, new Map(), "1"),
      };
    };
    const keptOf = ({ sweep }: { sweep: string }) => [...sweep.matchAll(/^keep=(\d+)$/gm)].map(([, count]) => Number(count));
    assert.deepEqual(keptOf(scriptsOf(400)), [4, 2, 1]);
    assert.deepEqual(keptOf(scriptsOf(2)), [0, 2, 0]);
    assert.deepEqual(keptOf(scriptsOf(0)), [0, 0, 0]);
    assert.match(scriptsOf(0).sweep, /^keeps=no$/m);
    assert.equal(scriptsOf(0).batch, scriptsOf(400).batch);
  });

  it("belong to the words that dial, whatever the groups are", () => {
    const settings = (changes: Values) => renderKeptSettings(fanOutOf(changes));
    const ssh = { user: "root", key: "id", knownHosts: "known" };
    assert.match(settings({ ssh }), /^dialled=[0-9a-f]{16}\ndial_files='id\nknown'\n$/);
    assert.equal(settings({ ssh, fanOut: { serial: [1], keep: 3 } }), settings({ ssh }));
    for (const changed of [{ port: 2222 }, { user: "admin" }, { address: "far-[1-8]" }, { kexAlgorithms: "curve25519-sha256" }])
      assert.notEqual(settings({ ssh: { ...ssh, ...changed } }), settings({ ssh }));
  });
});

describe("further heads", () => {
  const HEADS = { fanOut: { head: "cygnus-08", heads: [{ host: "cygnus-06", hosts: "cygnus-[03-04,06]" }] } };
  const plan = () => examplePlan({ method: "fan-out", ...HEADS });
  const shownGroups = ({ groups }: PlannedFanOut) =>
    groups.map(({ name, hosts }) => `${name}: ${foldInOrder(hosts.map((host) => host.name))}`);

  it("have groups of their own hosts, and the first head has the rest", () => {
    const [first, second, ...more] = listFanOuts(plan());
    assert.deepEqual(
      [first!.name, first!.head.name, second!.name, second!.head.name],
      ["fan-out", "cygnus-08", "fan-out.cygnus-06", "cygnus-06"],
    );
    assert.deepEqual(shownGroups(first!), ["samp: cygnus-[01-02]", "agg1: cygnus-05", "agg2-dsosd-maestro-ui-grafana: cygnus-07"]);
    assert.deepEqual(shownGroups(second!), ["samp: cygnus-[03-04]", "agg1: cygnus-06"]);
    assert.deepEqual(more, []);
  });

  it("are members by name, whether another head has hosts or none", () => {
    const hostsOf = (changes: Values) =>
      listFanOuts(examplePlan({ method: "fan-out", ...changes })).map((fanOut) =>
        foldHosts(readTargets(renderMembers({ stack: "cygnus", fanOut, images: [] })).map(({ name }) => name)),
      );
    assert.deepEqual(hostsOf({}), ["cygnus-[01-07]"]);
    assert.deepEqual(hostsOf(HEADS), ["cygnus-[01-07]", "cygnus-[01-07]"]);
  });

  it("keep a folder of their own, and know whom another head works on", () => {
    const [first, second] = listFanOuts(plan()).map((fanOut) => renderMembers({ stack: "cygnus", fanOut, images: [] }));
    assert.match(first!, /^stack=cygnus\nclaim=''\n/m);
    assert.match(second!, /^stack=cygnus\nclaim=cygnus-06\n/m);
    assert.match(first!, /^elsewhere='cygnus-\[03-04,06\] ='$/m);
  });

  it("are told to the hosts, which only their own head may take the stack from", () => {
    const [first, second] = listFanOuts(plan()).map((fanOut) =>
      renderHostScript({ stack: "cygnus", fanOut, images: [] }, fanOut.groups[0]!, new Map()),
    );
    assert.match(first!, /^claim=''$/m);
    assert.match(second!, /^claim=cygnus-06\nclaim_file=\/var\/lib\/ldms\/cygnus@head$/m);
  });
});

describe("pulls within a batch", () => {
  /** Hosts at once in all, and of those that pull. */
  const limits = (fanOut: Values) => {
    const plan = examplePlan({ method: "fan-out", fanOut });
    const [group] = plan.fanOut!.groups;
    const script = renderBatch(
      { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images },
      group!,
      group!.batches[0]!,
      new Map(),
      "1",
    );
    return [...script.matchAll(/^(?:pull_)?window=([0-9]+)$/gm)].map(([, window]) => Number(window));
  };

  it("go before all else, on as many hosts as the stack says", () => {
    assert.deepEqual(limits({ window: 64, pulls: { limit: 8 } }), [64, 8]);
    assert.equal(fanOutOf({ fanOut: { window: 64, pulls: { limit: 8, jitter: "1m" } } }).pulls.jitterSeconds, 60);
  });

  it("cost no pass of their own where the stack says nothing, or more than the window", () => {
    assert.deepEqual(limits({ window: 64 }), [64, 64]);
    assert.deepEqual(limits({ window: 64, pulls: { limit: 100 } }), [64, 64]);
  });

  it("make a group of hosts with different mirrors, which each is told", () => {
    const { groups } = fanOutOf({ images: { mirrors: [{ hosts: "cygnus-[03-04]", registry: "rack2:5000" }] } });
    assert.deepEqual(
      groups[0]!.hosts.map(({ name, mirror }) => [name, mirror]),
      [
        ["cygnus-01", undefined],
        ["cygnus-02", undefined],
        ["cygnus-03", "rack2:5000"],
        ["cygnus-04", "rack2:5000"],
      ],
    );
  });
});

describe("the scripts for a head", function () {
  // It plans 10,000 hosts; a loaded machine takes seconds.
  this.timeout(30_000);

  it("say in their first lines whom they are for, and name a secret by its fingerprint", () => {
    const secrets = { mungeKey: { lengthBytes: 64, isUniform: false, fingerprint: "0123456789abcdef0123456789abcdef" } };
    const plan = examplePlan({ method: "fan-out", munge: { mode: "key" } }, { secrets, ownFiles: {} });
    const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
    const [group] = plan.fanOut!.groups;
    const script = renderBatch(scope, group!, group!.batches[0]!, new Map([["ldms-samp", "ovishpc/ldms-samp:4.5.3"]]), "7");
    assert.deepEqual(script.split("\n").slice(0, 3), ["# cygnus-01", "# containers: samp; up to 0 of 1 hosts may fail", "# generation 7"]);
    assert.match(script, /0600 101:101 \/var\/lib\/ldms\/cygnus\/samp\/munge.key 0123456789abcdef/);
  });

  it("take a sweep's word only for the image that it has compared", () => {
    const plan = examplePlan(samplers("n[1-3]", { method: "fan-out" }));
    const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
    const [group] = plan.fanOut!.groups;
    const digest = (digit: string) => `ovishpc/ldms-samp@sha256:${digit.repeat(64)}`;
    const keyOf = (script: string) => /^sweep_key=('[^']+')$/m.exec(script)![1];
    const sweptFor = (reference?: string) => keyOf(renderSweep(scope, new Map([["ldms-samp", reference]]), { isKeeping: true }));
    const takenFor = (reference: string) => keyOf(renderBatch(scope, group!, group!.batches[0]!, new Map([["ldms-samp", reference]]), "1"));
    assert.equal(takenFor(digest("1")), sweptFor(digest("1")));
    assert.notEqual(takenFor(digest("1")), sweptFor(digest("2")));
    assert.notEqual(takenFor(digest("1")), sweptFor(undefined));
  });

  it("stay below what one argument may have, and grow with batches, not with hosts", () => {
    const sizeOf = (hosts: string) => {
      const plan = examplePlan(samplers(hosts));
      const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
      const references = new Map([["ldms-samp", `ovishpc/ldms-samp@sha256:${"0".repeat(64)}`]] as const);
      const scripts = plan.fanOut!.groups.flatMap((group) =>
        group.batches.map((batch) => renderBatch(scope, group, batch, references, "1")),
      );
      return { scripts: scripts.length, bytes: scripts.join("").length, sweep: renderSweep(scope, references, { isKeeping: true }).length };
    };
    const [small, large] = [sizeOf("n[00001-00100]"), sizeOf("n[00001-10000]")];
    assert.equal(large.scripts, small.scripts);
    assert.ok(large.bytes < small.bytes + 500, `${large.bytes} of ${small.bytes}`);
    assert.ok(large.bytes / large.scripts < 128 * 1024 && large.sweep < 128 * 1024);
  });
});
