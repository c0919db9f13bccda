import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { ContainerStatus, HostFailure } from "../../operations/observe/status";
import type { StackLook } from "../../operations/overview/look-at-stack";
import { changesOf, renderLook } from "../../operations/overview/render-summary";

const LINES = 24;
const NOW = Date.parse("2026-11-28T21:50:02.500Z");
const WANTED = "ovishpc/ldms-samp:4.5.4";
const numbered = (prefix: string, count: number, digits: number) =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i + 1).padStart(digits, "0")}`);

function told(host: string, changes: Partial<ContainerStatus> = {}): ContainerStatus {
  const by = { toldBy: { host: "agg-001", container: "agg1" }, ageSeconds: 1.2 };
  return {
    host,
    container: "samp",
    role: "sampler",
    isPlanned: true,
    state: "running",
    health: "healthy",
    imageWanted: WANTED,
    ...by,
    ...changes,
  };
}

function asked(host: string, container: string, role: string, changes: Partial<ContainerStatus> = {}): ContainerStatus {
  const imageWanted = `ovishpc/ldms-${role === "sampler" ? "samp" : "agg"}:4.5.4`;
  const found = {
    image: imageWanted,
    imageId: "sha256:9f2c",
    imageNames: [imageWanted],
    imageWanted,
    since: "2026-11-28T09:00:00Z",
    restarts: 0,
  };
  return { host, container, role, isPlanned: true, state: "running", health: "healthy", ...found, ...changes };
}

function lookOf(containers: readonly ContainerStatus[], failures: readonly HostFailure[] = [], askedHosts = 136): StackLook {
  return { stack: "big", containers, failures, lookedAt: "2026-11-28T21:50:00.000Z", tookSeconds: 2.1, askedHosts };
}

/** Ten thousand samplers, and what serves them; five kinds of trouble among them. */
function troubled(): StackLook {
  const silent = ["n08001", "n08002"];
  const samplers = new Map(numbered("n", 10_000, 5).map((host) => [host, told(host)]));
  for (const host of ["n00017", "n00993"]) samplers.set(host, asked(host, "samp", "sampler", { state: "exited", health: "none" }));
  samplers.set("n04410", asked("n04410", "samp", "sampler", { state: "restarting", health: "none", restarts: 7 }));
  for (const host of silent) {
    const { toldBy: _toldBy, ageSeconds: _age, ...unknown } = told(host, { state: "unknown", health: "none" });
    samplers.set(host, unknown);
  }
  for (const host of numbered("n", 8, 5)) {
    const imageNames = ["ovishpc/ldms-samp:4.5.3"];
    samplers.set(host, asked(host, "samp", "sampler", { image: imageNames[0]!, imageId: "sha256:60ab", imageNames }));
  }
  const aggregators = numbered("agg-", 132, 3).map((host) => asked(host, Number(host.slice(-3)) > 128 ? "agg2" : "agg1", "aggregator"));
  aggregators[40] = { ...aggregators[40]!, health: "unhealthy" };
  const failures = silent.map((host): HostFailure => ({ host, kind: "unreachable", message: "unreachable: no answer within 5 s" }));
  return lookOf([...samplers.values(), ...aggregators, asked("agg-129", "dsosd", "dsosd")], failures, 149);
}

describe("the screen of `ldms status`", () => {
  it(`has at most ${LINES} lines for 10,000 hosts with five kinds of trouble, and is the one in the docs`, () => {
    const screen = renderLook(troubled(), NOW);
    assert.ok(screen.split("\n").length <= LINES, screen);
    for (const said of [
      "n[00017,00993]: samp is exited",
      "n04410: samp is restarting",
      "n[08001-08002]: unreachable: no answer within 5 s",
      "agg-041: agg1 is unhealthy",
      "n[00001-00008]: samp runs ldms-samp:4.5.3, wanted is ldms-samp:4.5.4",
    ]) {
      assert.ok(screen.includes(`\n${said}\n`), `${said}\n\n${screen}`);
    }
    assert.ok(
      readFileSync("docs/operations.md", "utf8").includes(`$ ldms status -s big\n${screen}\n`),
      `not in docs/operations.md:\n${screen}`,
    );
  });

  it("has them too where everything is wrong with every host in a way of its own", () => {
    const containers = numbered("n", 10_000, 5).map((host, i) =>
      asked(host, `samp${i}`, ["sampler", "aggregator", "dsosd", "maestro", "ui", "grafana"][i % 6]!, { state: "exited" }),
    );
    const externals = numbered("node-image-", 9, 1).map((name) => ({ name, hosts: ["x1"] }));
    const screen = renderLook({ ...lookOf(containers), externals }, NOW);
    assert.equal(screen.split("\n").length, LINES, screen);
    assert.match(screen, /^and 9,989 more causes on 9,989 hosts$/m);
  });

  it("names no host that is well", () => {
    const look = lookOf(
      numbered("n", 10_000, 5).map((host) => told(host)),
      [],
      0,
    );
    assert.equal(
      renderLook(look, NOW),
      [
        "big: 10,000 hosts: all well; looked in 2.1 s, 0 of them asked, of the others their aggregators tell",
        "role     wanted    well  not  restarts  age  image",
        "sampler  10,000  10,000              0  1 s  ldms-samp:4.5.4",
      ].join("\n"),
    );
  });

  it("keeps a line short where hosts do not fold", () => {
    const odd = numbered("n", 2000, 5).filter((_, i) => i % 2 === 0);
    const look = lookOf(odd.map((host) => asked(host, "samp", "sampler", { state: "missing", health: "none" })));
    for (const line of renderLook(look, NOW).split("\n")) assert.ok(line.length < 180, line);
  });

  it("changes with what is told, and not with its age", () => {
    const [first, later] = [troubled(), { ...troubled(), lookedAt: "2026-11-28T21:55:00.000Z", tookSeconds: 9 }];
    assert.equal(changesOf(first), changesOf(later));
    assert.notEqual(changesOf(first), changesOf({ ...later, failures: [] }));
  });
});

describe("the image of a container in `ldms status`", () => {
  const DIGEST = `sha256:${"ab".repeat(32)}`;
  const cases: readonly (readonly [title: string, found: Partial<ContainerStatus>, isOther: boolean])[] = [
    ["the tag that is wanted", {}, false],
    ["the same by podman's name", { imageNames: [`docker.io/${WANTED}`] }, false],
    ["another tag", { imageNames: ["ovishpc/ldms-samp:4.5.3"] }, true],
    ["a digest alone, where no digest is wanted: nobody can tell", { imageNames: [`ovishpc/ldms-samp@${DIGEST}`] }, false],
    ["the digest that is wanted", { imageWanted: `${WANTED}@${DIGEST}`, imageNames: [`ovishpc/ldms-samp@${DIGEST}`] }, false],
    ["another digest", { imageWanted: `${WANTED}@${DIGEST}`, imageNames: [`ovishpc/ldms-samp@sha256:${"cd".repeat(32)}`] }, true],
    ["no name at all", { imageNames: [] }, false],
  ];
  for (const [title, found, isOther] of cases) {
    it(`${isOther ? "is told" : "is not told"} where it has ${title}`, () => {
      const screen = renderLook(lookOf([asked("n1", "samp", "sampler", { imageWanted: WANTED, ...found })]), NOW);
      assert.equal(/, wanted is /.test(screen), isOther, screen);
    });
  }
});
