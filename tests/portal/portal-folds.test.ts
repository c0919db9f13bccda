import assert from "node:assert/strict";
import type { Site } from "../../automation";
import type { StackLook } from "../../operations/overview/look-at-stack";
import type { PlannedDaemon } from "../../plan/model/daemon";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { listMembers, planTopology } from "../../plan/topology/plan-topology";
import type { RunView } from "../../portal/api";
import { EventLog } from "../../portal/server/event-log";
import { foldLook, letterOf, unknownHosts } from "../../portal/server/fold-status";
import { listEntries, type SeenStep } from "../../portal/server/preview-view";
import { recoverRun } from "../../portal/server/recover-run";
import { RefusedError } from "../../portal/server/refusal";
import { Sessions, SignInCodes } from "../../portal/server/sessions";
import { type Layout, planLayout } from "../../portal/server/stack-layout";
import { exampleConfig, examplePlan } from "../unit/example-stack";

function exampleLayout(): Layout {
  const config = exampleConfig();
  return planLayout(examplePlan(), planTopology(config), listMembers(config));
}

type Container = StackLook["containers"][number];

function lookAt(
  layout: Layout,
  change: (one: Container) => Partial<Container> | undefined,
  failures: StackLook["failures"] = [],
): StackLook {
  const containers = layout.plan.hosts.flatMap(({ containers: planned }) =>
    planned.flatMap(({ host, name: container, role }): Container[] => {
      const well: Container = { host, container, role, isPlanned: true, state: "running", health: "healthy" };
      const changed = change(well);
      return changed === undefined ? [] : [{ ...well, ...changed }];
    }),
  );
  return { stack: "cygnus", containers, failures, lookedAt: "2026-11-29T00:00:00.000Z", tookSeconds: 1, askedHosts: 7 };
}

describe("foldLook", () => {
  const layout = exampleLayout();
  const well = foldLook(
    layout,
    unknownHosts(layout),
    lookAt(layout, () => ({})),
  );

  it("has each daemon in its group, stores as their writers, and what stands beside", () => {
    assert.deepEqual(
      well.groups.map(({ id, counts: { o, u } }) => `${id} ${o} ${u}`),
      [
        "samplers[0] 4 0",
        "aggregators[0] 2 0",
        "aggregators[1] 1 0",
        "aggregators[1].stores[0] 1 0",
        "ui 1 0",
        "grafana 1 0",
        "dsosd 1 0",
        "maestro 1 0",
      ],
    );
    assert.equal(well.hosts.letters.join(""), "ooooooo");
    assert.equal(well.changes.letters, "ooooooo");
  });

  it("tells of what changed alone, a host as its worst container", () => {
    const look = lookAt(layout, ({ host, container }) => {
      if (host === "cygnus-02") return { state: "exited", health: "none" };
      if (container === "agg2") return { health: "unhealthy" };
      return {};
    });
    const { hosts, changes, groups } = foldLook(layout, well.hosts, look);
    assert.equal(hosts.letters.join(""), "oxooood");
    assert.deepEqual([changes.index, changes.letters, changes.reasons], [[1, 6], "xd", ["samp is exited", "agg2 is unhealthy"]]);
    assert.deepEqual(groups[0]?.counts, { o: 3, d: 0, x: 1, u: 0 });
    assert.deepEqual(groups[3]?.counts, { o: 0, d: 1, x: 0, u: 0 });
  });

  it("keeps the age of a host that does not answer, and shows what nobody planned", () => {
    const failures = [{ host: "cygnus-01", kind: "unreachable", message: "no answer in 5 s" }] as const;
    const seen = lookAt(layout, ({ host }) => (host === "cygnus-01" ? { state: "unknown", health: "none" } : {}), failures);
    const stranger: Container = {
      host: "cygnus-02",
      container: "old",
      role: "sampler",
      isPlanned: false,
      state: "running",
      health: "none",
    };
    const later = { ...seen, lookedAt: "2026-11-29T00:01:00.000Z", containers: [...seen.containers, stranger] };
    const { hosts, changes, groups, facts } = foldLook(layout, well.hosts, later);
    assert.deepEqual([hosts.letters[0], hosts.reasons[0], hosts.seen[0], hosts.seen[1]], ["x", "no answer in 5 s", 1795910400, 1795910460]);
    assert.deepEqual([changes.unseen, changes.seen], [[0], 1795910460]);
    assert.deepEqual([groups.at(-1)?.id, groups.at(-1)?.counts.d, hosts.letters[1]], ["unplanned", 1, "d"]);
    assert.deepEqual(
      facts.causes.map(({ text, hosts: folded }) => `${folded}: ${text}`),
      ["cygnus-01: no answer in 5 s", "cygnus-02: old is running, and not in the plan"],
    );
  });

  it("knows every word of an engine's", () => {
    const letters = (["created", "running", "paused", "restarting", "removing", "exited", "dead", "missing", "unknown"] as const).map(
      (state) => letterOf({ isPlanned: true, state, health: "none" }),
    );
    assert.equal(letters.join(""), "xoxdxxxxu");
    assert.equal(letterOf({ isPlanned: true, state: "running", health: "starting" }), "d");
  });

  it("folds ten thousand hosts into some kB where little changes", () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `n${String(i + 1).padStart(5, "0")}`);
    const hosts = names.map((name) => ({ name, containers: [{ host: name, name: "samp", role: "sampler", image: "ldms-samp" }] }));
    const plan = { stack: "big", hosts, endpoints: {} } as unknown as DeploymentPlan;
    const node = { id: "samplers[0]", kind: "samplers", name: "samp", column: 0, hosts: names, daemons: names.length, facts: [] } as const;
    const members = new Map([["samplers[0]", names.map((host) => ({ host, container: "samp" }) as PlannedDaemon)]]);
    const big = planLayout(plan, { stack: "big", nodes: [node], edges: [], notes: [] }, members);
    const before = foldLook(
      big,
      unknownHosts(big),
      lookAt(big, () => ({})),
    );
    const after = foldLook(
      big,
      before.hosts,
      lookAt(big, ({ host }) => (host === "n05000" ? { state: "exited" } : {})),
    );
    assert.ok(JSON.stringify([after.groups, after.changes, after.facts]).length < 4000);
  });
});

describe("listEntries", () => {
  const step = (op: SeenStep["op"], what: string, name: string, hosts: readonly string[] = []): SeenStep => ({
    op,
    what,
    place: { group: "g", hosts, name },
  });

  it("has one entry a change, what goes away first, and nothing twice", () => {
    const entries = listEntries(
      [
        ...["n1", "n2", "n3"].map((host) => step("create", "volume", "store", [host])),
        ...["n1", "n2"].map((host) => step("replace", "container", "samp", [host])),
        step("update", "command", "files", ["n1"]),
        step("delete", "container", "old", ["n4"]),
        step("update", "batch", "samp-1", ["n1", "n2"]),
      ],
      [
        { kind: "container", name: "samp", hosts: "n[1-2]", change: "changed", diff: "-a\n+b", notes: [] },
        { kind: "file", name: "/f", hosts: "n1", change: "changed", restarts: "samp", diff: "", notes: ["the secret has changed"] },
      ],
    );
    assert.deepEqual(
      entries.map(({ op, what, name, hosts, count }) => `${op} ${what} ${name} ${hosts} ${count}`),
      [
        "delete container old n4 1",
        "replace container samp n[1-2] 2",
        "update file /f n1 1",
        "update batch samp-1 n[1-2] 2",
        "create volume store n[1-3] 3",
      ],
    );
  });
});

describe("EventLog", () => {
  it("gives each reader what is behind its cursor, and says where something is lost", () => {
    const log = new EventLog();
    const begin = log.cursor;
    for (const mark of ["a", "b", "c"]) log.add({ type: "file", mark });
    const marks = (cursor: string) => log.readBehind(cursor).entries.map(({ event }) => event.type === "file" && event.mark);
    assert.deepEqual(marks(begin), ["a", "b", "c"]);
    assert.deepEqual(marks(log.readBehind(begin).entries[1]!.event.cursor), ["c"]);
    assert.deepEqual(marks(log.cursor), []);
    assert.equal(log.readBehind(new EventLog().cursor).isLost, true);
    assert.equal(log.readBehind(`${begin.split("-")[0]}-9`).isLost, true);
    for (let i = 0; i < 1001; i++) log.add({ type: "file", mark: "x" });
    assert.equal(log.readBehind(begin).isLost, true);
  });
});

describe("RefusedError", () => {
  it("has the help of a text by itself where there is one, and the whole text where there are more", () => {
    assert.deepEqual(RefusedError.of("refused", "state: is locked\nhelp: wait").body.error, {
      code: "refused",
      message: "state: is locked",
      help: "wait",
    });
    const two = "--a: is wrong\nhelp: leave it out\n--b: is missing\nhelp: give it";
    assert.deepEqual(RefusedError.of("refused", two).body.error, { code: "refused", message: two });
  });
});

describe("recoverRun", () => {
  it("does not say that nothing was changed where the history cannot be read", async () => {
    const site = { history: () => Promise.reject(new Error("history: is no run of this package")) } as unknown as Site;
    const run = { id: "r-20261129-101500-1", kind: "up", by: "anna", startedAt: 1, messages: [] } as unknown as RunView;
    const { result, messages } = await recoverRun(site, run);
    assert.deepEqual(
      [result, messages],
      [
        "cut off",
        [
          "the portal was ended in this run",
          "what it has changed is not known, since the history cannot be read: history: is no run of this package",
        ],
      ],
    );
  });
});

describe("Sessions", () => {
  it("end an hour after their last use and twelve hours after their beginning", () => {
    let now = 1_000_000_000_000;
    const sessions = new Sessions(() => now);
    const hours = (count: number) => {
      now += count * 3_600_000;
    };
    const word = sessions.begin("anna");
    assert.equal(Buffer.from(word, "base64url").length, 32);
    for (let i = 0; i < 11; i++) {
      hours(1);
      assert.equal(sessions.find(word), "anna");
    }
    hours(0.9);
    assert.equal(sessions.find(word), "anna");
    hours(0.2);
    assert.equal(sessions.find(word), undefined);
    const idle = sessions.begin("ben");
    hours(1.01);
    assert.equal(sessions.find(idle), undefined);
  });

  it("are as many as there is room for, the longest unused going first", () => {
    let now = 1_000_000_000_000;
    const sessions = new Sessions(() => now++);
    const words = Array.from({ length: 501 }, () => sessions.begin("anna"));
    assert.equal(sessions.size, 500);
    assert.deepEqual([sessions.find(words[0]!), sessions.find(words[1]!)], [undefined, "anna"]);
  });

  it("come of codes that are good once", () => {
    const codes = new SignInCodes();
    const code = codes.issue("anna");
    assert.equal(codes.take(`${code}x`), undefined);
    assert.deepEqual([codes.take(code), codes.take(code)], ["anna", undefined]);
  });
});
