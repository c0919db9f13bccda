import assert from "node:assert/strict";
import { foldInOrder } from "../../plan/hostlist/hostlist";
import { listContainers } from "../../plan/model/deployment-plan";
import { containerOf, examplePlan, fileOf, NO_FACTS, type Values } from "./example-stack";

const BARE: Values = { maestro: undefined };
const CONF = (container: string) => `/var/lib/ldms/cygnus/${container}/ldmsd.conf`;

describe("the plan of a stack without maestro", () => {
  const plan = examplePlan(BARE);

  it("has no maestro, no file of it, no image of it and none of etcd's ports", () => {
    assert.deepEqual(
      listContainers(plan).filter(({ role }) => role === "maestro"),
      [],
    );
    assert.ok(!plan.images.some(({ name }) => name === "ldms-maestro"));
    assert.deepEqual(
      plan.hosts[6]!.ports.map(({ port, purpose }) => `${port} ${purpose}`),
      ["80 http", "411 ldmsd", "3000 http"],
    );
    assert.ok(!plan.hosts.some(({ files }) => files.some(({ path }) => path.includes("/maestro/"))));
  });

  it("is the same where the stack says `files`", () => assert.deepEqual(examplePlan({ ...BARE, configure: "files" }), plan));

  it("is the same with a maestro whether the stack says `maestro` or nothing", () =>
    assert.deepEqual(examplePlan({ configure: "maestro" }), examplePlan()));

  it("replaces an aggregator whose own producers or stores change, and no other daemon", () => {
    const specs = (changes: Values) =>
      listContainers(examplePlan({ ...BARE, ...changes })).map(({ host, name, labels }) => [`${host} ${name}`, labels["ldms.spec"]]);
    const before = new Map(specs({}).map(([place, spec]) => [place!, spec!]));
    const changed = (changes: Values) => specs(changes).flatMap(([place, spec]) => (before.get(place!) === spec ? [] : place));
    const plugins = [{ name: "meminfo", interval: "1s", offset: "0s", config: { perm: "0777" } }];
    assert.deepEqual(changed({ samplers: [{ name: "samp", hosts: "cygnus-[01-04,08]", plugins }] }), ["cygnus-05 agg1", "cygnus-08 samp"]);
  });

  for (const method of ["docker", "fan-out"]) {
    it(`gives each aggregator its own file by the method ${method}`, () => {
      const { hosts } = examplePlan({ ...BARE, method });
      const prints = hosts.flatMap(({ files }) => files.filter(({ path }) => path === CONF("agg1")).map(({ fingerprint }) => fingerprint));
      assert.equal(new Set(prints).size, 2);
      assert.equal(prints.length, 2);
    });
  }

  it("has a fan-out group for each aggregator of another file, where beside maestro one holds all", () => {
    const groupsOf = (changes: Values) =>
      examplePlan({ method: "fan-out", ...changes }).fanOut!.groups.map(
        ({ name, hosts }) => `${name}: ${foldInOrder(hosts.map((host) => host.name))}`,
      );
    assert.deepEqual(groupsOf(BARE), ["samp: cygnus-[01-04]", "agg1: cygnus-05", "agg1-b: cygnus-06", "agg2-dsosd-ui-grafana: cygnus-07"]);
    for (const grammar of ["A", "C"])
      assert.deepEqual(groupsOf({ images: { tag: "site-2026" }, maestro: { host: "cygnus-07", grammar } }), [
        "samp: cygnus-[01-04]",
        "agg1: cygnus-[05-06]",
        "agg2-dsosd-maestro-ui-grafana: cygnus-07",
      ]);
  });

  it("has each group's host script deliver the file of its own aggregator", () => {
    const { fanOut } = examplePlan({ ...BARE, method: "fan-out" });
    const conf = (index: number) => fanOut!.groups[index]!.files.find(({ path }) => path === CONF("agg1"))!;
    const texts = [1, 2].map((index) => {
      const { content } = conf(index);
      return content.kind === "text" ? content.text.match(/^prdcr_add name=\S+/gm) : [];
    });
    assert.deepEqual(texts, [
      ["prdcr_add name=samp-1", "prdcr_add name=samp-3"],
      ["prdcr_add name=samp-2", "prdcr_add name=samp-4"],
    ]);
  });
});

describe("an ldmsd's file", () => {
  it("is root's, readable by all, and of no secret", () => {
    const { mode, uid, gid, content } = fileOf(examplePlan({}, NO_FACTS), CONF("samp"));
    assert.deepEqual([mode, uid, gid, content.kind], [0o644, 0, 0, "text"]);
  });

  it("is mounted behind munge, the store's folder and the health script", () =>
    assert.deepEqual(
      containerOf(examplePlan(), "cygnus-07", "agg2").mounts.map(({ containerPath }) => containerPath),
      ["/run/munge", "/store", "/etc/ldms/health", "/etc/ldms/ldmsd.conf"],
    ));
});
