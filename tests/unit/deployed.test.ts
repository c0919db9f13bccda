import assert from "node:assert/strict";
import { describeDeployed } from "../../plan/deployed/deployed";
import { type Difference, findDifferences } from "../../plan/deployed/differences";
import { FoldedDifferences, renderDifferences } from "../../plan/deployed/fold-differences";
import { describeIds } from "../../plan/deployed/own-ids";
import { findHost } from "../../plan/model/deployment-plan";
import type { PlanFacts } from "../../plan/model/plan-facts";
import { mayHoldSecret } from "../../plan/text/secret-words";
import { examplePlan, NO_FACTS, type Values } from "./example-stack";

const KEY = (fingerprint: string) => ({ ...NO_FACTS, secrets: { mungeKey: { lengthBytes: 1024, isUniform: false, fingerprint } } });

function describeHost(name: string, changes: Values = {}, facts: PlanFacts = KEY("ab")) {
  const plan = examplePlan({ munge: { mode: "key" }, ...changes }, facts);
  const host = findHost(plan, name)!;
  return describeDeployed({ ...host, hosts: [host] }, plan.images);
}

describe("describeDeployed", () => {
  it("has the text of a file, and of a secret no more than what tells two apart", () => {
    const { hosts, files } = describeHost("cygnus-01");
    assert.equal(hosts, "cygnus-01");
    assert.deepEqual(files["/var/lib/ldms/cygnus/samp/munge.key"], { mode: "0600", owner: "101:101", secret: "ab" });
    assert.match(files["/var/lib/ldms/cygnus/samp/ldmsd.conf"]?.text ?? "", /^load name=meminfo$/m);
    assert.equal(files["/var/lib/ldms/cygnus/samp/ldmsd.conf"]?.restarts, "samp");
  });

  it("has a container as its `docker run`, a line an option, the same on every host, and no hash", () => {
    const { containers } = describeHost("cygnus-01");
    assert.deepEqual(containers, describeHost("cygnus-02").containers);
    const lines = (containers["samp"] ?? "").split("\n");
    for (const line of ["--name samp", "--privileged", "--env 'COMPID={number}'", "ovishpc/ldms-samp:4.5.3", "-x", "rdma:411"])
      assert.ok(lines.includes(line), `${line}\n${lines.join("\n")}`);
    assert.doesNotMatch(containers["samp"] ?? "", /ldms\.spec/);
  });

  it("has no text of a file where a setting of the stack file is encrypted", () => {
    const { files } = describeHost("cygnus-01", {}, { ...KEY("ab"), hasEncryptedSettings: true });
    assert.ok(Object.values(files).every(({ text }) => text === undefined));
    assert.match(files["/var/lib/ldms/cygnus/samp/ldmsd.conf"]?.hidden ?? "", /^[0-9a-f]{64}$/);
  });

  it("hides a text that may have a password as a whole, and of a variable the value", () => {
    const own = (word: string): PlanFacts => ({ ...NO_FACTS, ownFiles: { "kafka.json": `{"user": "u", "password": "${word}"}` } });
    const describeWith = (word: string, pass = word) => {
      const samplers = [
        {
          hosts: "cygnus-01",
          plugins: [{ name: "meminfo", interval: "1s" }],
          files: [{ path: "/etc/kafka.json", file: "kafka.json" }],
          env: { DB_PASS: pass },
        },
      ];
      return describeHost("cygnus-01", { munge: { mode: "host" }, samplers }, own(word));
    };
    const [one, other] = [describeWith("hunter2"), describeWith("hunter3")];
    assert.doesNotMatch(JSON.stringify([one, other]), /hunter/);
    const told = (next: typeof one) => findDifferences(one, next).map(({ kind, diff, notes }) => [kind, diff, ...notes]);
    const ofFile = ["file", "", "its text has changed; it may have a password in it, and is not shown"];
    // The file replaces the container anyway. To tell the two apart takes a hash of the variable alone, by which it could be guessed.
    assert.deepEqual([told(describeWith("hunter3", "hunter2")), told(other)], [[ofFile], [ofFile]]);
    assert.deepEqual(told(describeWith("hunter2", "hunter3")), [["container", "", "a value that is not shown has changed"]]);
    assert.match(one.containers["samp"] ?? "", /^--env '?DB_PASS=\[not shown\]$/m);
  });

  it("hides the argument behind one that names a secret", () => {
    const plan = examplePlan();
    const host = findHost(plan, "cygnus-01")!;
    const containers = host.containers.map((one) => ({ ...one, argv: ["--admin-password", "hunter2", "--verbose", "all"] }));
    const run = describeDeployed({ ...host, containers, hosts: [host] }, plan.images).containers["samp"] ?? "";
    assert.match(run, /\n\[not shown\]\n\[not shown\]\n--verbose\nall\n# with what is not shown: [0-9a-f]+\n$/);
  });

  it("says nothing that only its owner may read, whatever kind of file it is", () => {
    const plan = examplePlan();
    const host = findHost(plan, "cygnus-01")!;
    const files = host.files.map((file) => ({ ...file, mode: 0o600 }));
    assert.ok(
      Object.values(describeDeployed({ ...host, files, hosts: [host] }, plan.images).files).every(({ text }) => text === undefined),
    );
  });
});

describe("findDifferences", () => {
  const between = (before: unknown, after: unknown) =>
    findDifferences(before, after).map(({ kind, name, change, notes }) => [kind, name, change, ...notes]);

  it("finds none between equals, whatever the hosts", () =>
    assert.deepEqual(findDifferences(describeHost("cygnus-01"), describeHost("cygnus-02")), []));

  it("tells a secret as changed, and rights by what they were and are", () => {
    const file = { mode: "0644", owner: "0:0" };
    const old = { files: { "/a": { ...file, secret: "1" }, "/b": { ...file, text: "x" }, "/c": { ...file, hidden: "1" } } };
    const next = {
      files: {
        "/a": { ...file, secret: "2" },
        "/b": { ...file, mode: "0600", owner: "1:1", text: "x" },
        "/c": { ...file, hidden: "2" },
      },
    };
    assert.deepEqual(between(old, next), [
      ["file", "/a", "changed", "the secret has changed"],
      ["file", "/b", "changed", "mode 0644 becomes 0600", "owner 0:0 becomes 1:1"],
      ["file", "/c", "changed", "its text has changed; it may have a password in it, and is not shown"],
    ]);
  });

  it("shows what comes into an empty file", () => {
    const files = (text: string) => ({ files: { "/a": { mode: "0644", owner: "0:0", text } } });
    assert.deepEqual(
      findDifferences(files(""), files("a\n")).map(({ diff, notes }) => [diff, ...notes]),
      [["@@ -0,0 +1,1 @@\n+a"]],
    );
  });

  it("tells what is new and what goes", () =>
    assert.deepEqual(between({ files: { "/a": {} }, containers: { samp: "x\n" } }, { files: { "/b": {} }, containers: { agg1: "x\n" } }), [
      ["file", "/a", "removed"],
      ["file", "/b", "new"],
      ["container", "agg1", "new"],
      ["container", "samp", "removed"],
    ]));

  it("ends in time where everything differs", () => {
    const text = (word: string) => Array.from({ length: 20_000 }, (_, i) => `${word} ${i}`).join("\n");
    const files = (word: string) => ({ files: { "/a": { text: text(word) } } });
    assert.deepEqual(between(files("a"), files("b")), [["file", "/a", "changed", "more than 1000 lines differ"]]);
  });

  it("takes what is of no known form for nothing", () =>
    assert.deepEqual(findDifferences("[secret]", { files: [1], containers: 2 }), [
      { kind: "file", name: "0", change: "new", diff: "", notes: [] },
    ]));
});

describe("FoldedDifferences", () => {
  it("folds the hosts of what is the same", () => {
    const folded = new FoldedDifferences();
    const words = (hosts: string, text: string) => ({ hosts, files: { "/a": { text } }, containers: {} });
    for (const hosts of ["n[1-2]", "n3"]) folded.add(words(hosts, "a\n"), words(hosts, "b\n"));
    folded.add(words("n4", "a\n"), words("n4", "c\n"));
    assert.deepEqual(
      folded.all.map(({ hosts, diff }) => [hosts, diff]),
      [
        ["n[1-3]", "@@ -1,1 +1,1 @@\n-a\n+b"],
        ["n4", "@@ -1,1 +1,1 @@\n-a\n+c"],
      ],
    );
  });

  it("takes a host for what its group said that still has it, whatever an older one says", () => {
    const folded = new FoldedDifferences();
    const words = (hosts: string, text: string) => ({ hosts, files: { "/a": { text } }, containers: {} });
    // A run gave n4 a group of its own, and failed on n1.
    folded.add(words("n[1-4]", "a\n"), words("n[1-3]", "a\n"));
    folded.add(words("n4", "b\n"), words("n4", "b\n"));
    assert.deepEqual(folded.all, []);
  });

  it("compares what many hosts have once", () => {
    const folded = new FoldedDifferences();
    const text = (word: string) => Array.from({ length: 1_900 }, (_, i) => `${word} ${i}`).join("\n");
    const [a, b] = [text("a"), text("b")];
    const words = (hosts: string, text: string) => ({ hosts, files: { "/a": { text } }, containers: {} });
    const started = performance.now();
    for (let host = 1; host <= 1_000; host++) folded.add(words(`n${host}`, a), words(`n${host}`, b));
    folded.add(words("n[1001-20000]", a), words("n[1001-20000]", b));
    assert.deepEqual(
      folded.all.map(({ hosts, notes }) => [hosts, ...notes]),
      [["n[1-20000]", "more than 1000 lines differ"]],
    );
    // One comparison takes a tenth of a second; one a host would take minutes.
    assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`);
  });
});

/** What is told of the samplers' files, of a site by the method `fan-out` that becomes another one: its groups are resources by the names they have before and behind it. */
function toldBetween(before: Values, after: Values, isShown = (line: string) => /ldmsd\.conf|^ {2}[-+]start/.test(line)): string[] {
  const groupsOf = (changes: Values) => {
    const plan = examplePlan({ method: "fan-out", configure: "files", aggregators: [], maestro: undefined, ...changes });
    return new Map((plan.fanOut?.groups ?? []).map((group) => [group.name, describeDeployed(group, plan.images)]));
  };
  const [olds, nexts] = [groupsOf(before), groupsOf(after)];
  const folded = new FoldedDifferences();
  for (const name of new Set([...olds.keys(), ...nexts.keys()])) folded.add(olds.get(name), nexts.get(name));
  return renderDifferences(folded.all).filter(isShown);
}

const samplers = (groups: Readonly<Record<string, string>>) => ({
  samplers: Object.entries(groups).map(([hosts, interval]) => ({
    hosts,
    container: "samp",
    plugins: [{ name: "meminfo", interval, offset: "0s" }],
  })),
});

describe("what is told of groups, whose names follow from their order", () => {
  const CONF = "/var/lib/ldms/cygnus/samp/ldmsd.conf (replaces samp)";
  const FASTER = ["  -start name=meminfo interval=5s offset=0s", "  +start name=meminfo interval=1s offset=0s"];
  const SLOWER = ["  -start name=meminfo interval=1s offset=0s", "  +start name=meminfo interval=5s offset=0s"];

  it("is nothing of hosts that keep what they have, where a group in front of them goes or comes", () => {
    const [both, slow] = [samplers({ "cygnus-[01-02]": "1s", "cygnus-[03-04]": "5s" }), samplers({ "cygnus-[03-04]": "5s" })];
    assert.deepEqual(toldBetween(both, slow), []);
    assert.deepEqual(toldBetween(slow, both), []);
  });

  it("is what changes of a host that comes to a new group, or goes back to its old one", () => {
    const [all, own] = [samplers({ "cygnus-[01-04]": "1s" }), samplers({ "cygnus-[01-03]": "1s", "cygnus-04": "5s" })];
    assert.deepEqual(toldBetween(all, own), [`cygnus-04: ${CONF}`, ...SLOWER]);
    assert.deepEqual(toldBetween(own, all), [`cygnus-04: ${CONF}`, ...FASTER]);
  });

  it("is nothing of a host that is new, or of a stack that is", () => {
    const [three, four] = [samplers({ "cygnus-[01-03]": "1s" }), samplers({ "cygnus-[01-04]": "5s" })];
    assert.deepEqual(toldBetween(three, four), [`cygnus-[01-03]: ${CONF}`, ...SLOWER]);
    const folded = new FoldedDifferences();
    folded.add(undefined, { hosts: "n[1-2]", files: { "/a": { text: "a" } }, containers: {} });
    folded.add({ hosts: "n[3-4]", files: { "/a": { text: "a" } }, containers: {} }, undefined);
    assert.deepEqual(folded.all, []);
  });
});

describe("component ids that are told", () => {
  const FOUR = samplers({ "cygnus-[01-04]": "1s" });
  const said = (before: Values, after: Values) => toldBetween({ ...FOUR, ...before }, { ...FOUR, ...after }, () => true);
  const ids = (componentIds: Values) => ({ componentIds });

  it("are those that a site sets, changes or takes back", () => {
    assert.deepEqual(said({}, ids({ "cygnus-01": 2201 })), ["cygnus-01: docker run of samp: component id 1 is 2201"]);
    assert.deepEqual(said(ids({ "cygnus-01": 2201 }), ids({ "cygnus-01": 2202 })), [
      "cygnus-01: docker run of samp: component id 2201 is 2202",
    ]);
    assert.deepEqual(said(ids({ "cygnus-01": 2201 }), {}), ["cygnus-01: docker run of samp: component id 2201 is 1"]);
    assert.deepEqual(said(ids({ "cygnus-01": 2201 }), ids({ "cygnus-01": 2201 })), []);
  });

  it("are ranges where they follow each other, and lines where they do not", () => {
    assert.deepEqual(said({}, ids({ "cygnus-[01-04]": "2201-2204" })), [
      "cygnus-[01-04]: docker run of samp: component ids 1-4 are 2201-2204",
    ]);
    assert.deepEqual(said({}, ids({ "cygnus-[01-02]": "2201-2202", "cygnus-04": 7 })), [
      "cygnus-[01-02,04]: docker run of samp: component ids",
      "  cygnus-04: 4 is 7",
      "  cygnus-[01-02]: 1-2 are 2201-2202",
    ]);
  });

  it("are the same words by the method `docker`", () => {
    const folded = new FoldedDifferences();
    for (const host of ["cygnus-02", "cygnus-01"])
      folded.add(describeHost(host), describeHost(host, ids({ "cygnus-[01-02]": "2201-2202" })));
    assert.deepEqual(renderDifferences(folded.all), ["cygnus-[01-02]: docker run of samp: component ids 1-2 are 2201-2202"]);
  });

  it("are a line of ten thousand hosts, in the state and in a preview", () => {
    const hosts = Array.from({ length: 10_000 }, (_, i) => ({ name: `n${i + 1}`, componentId: String(i + 20_001) }));
    const described = describeIds(hosts, []);
    assert.deepEqual(described, { "n[1-10000]": "20001-30000" });
    const folded = new FoldedDifferences();
    const words = { hosts: "n[1-10000]", files: {}, containers: { samp: "--env 'COMPID={number}'\n" } };
    folded.add(words, { ...words, componentIds: described });
    const started = performance.now();
    assert.deepEqual(renderDifferences(folded.all), ["n[1-10000]: docker run of samp: component ids 1-10000 are 20001-30000"]);
    assert.ok(performance.now() - started < 2_000, `${performance.now() - started} ms`);
  });
});

describe("renderDifferences", () => {
  const difference = (changes: Partial<Difference>): Difference => ({
    ...{ kind: "file", name: "/a", hosts: "n[1-2]", change: "changed", diff: "", notes: [] },
    ...changes,
  });

  it("heads each by its hosts, and what it replaces", () => {
    const all = [
      difference({ diff: "@@ -1,1 +1,1 @@\n-a\n+b", restarts: "samp" }),
      difference({ notes: ["the secret has changed"] }),
      difference({ kind: "container", name: "samp", change: "removed" }),
    ];
    assert.deepEqual(renderDifferences(all), [
      "n[1-2]: /a (replaces samp)",
      "  @@ -1,1 +1,1 @@",
      "  -a",
      "  +b",
      "n[1-2]: /a: the secret has changed",
      "n[1-2]: docker run of samp: removed",
    ]);
  });

  it("cuts what nobody reads, and lets no text steer a terminal", () => {
    const lines = renderDifferences([difference({ diff: Array.from({ length: 250 }, () => "+\u001b[2J").join("\n") })]);
    assert.equal(lines.length, 202);
    assert.equal(lines.at(-1), "  … 50 more lines");
    assert.ok(!lines.join("").includes("\u001b"));
  });
});

describe("mayHoldSecret", () => {
  for (const text of [
    "admin_password = two words",
    '{"username": "u", "password": "hunter2"}',
    "{ user: x, password: y }",
    "{'USER': 'a', 'PASSWORD': 'x'}",
    "load name=a; password = x",
    'conn="host=h password=x"',
    "secretword=x",
    "Authorization: Bearer x",
    "password: |\n  x",
    "- name: DB_PASSWORD\n  value: x",
    "-----BEGIN OPENSSH PRIVATE KEY-----",
    "amqp://u:a/b@h",
    "amqp://u:p@ss@h",
    "db_pass: x",
    "ssl_key = x",
    '"apiToken": "abc"',
  ])
    it(`is true of \`${text}\``, () => assert.equal(mayHoldSecret(text), true));

  for (const text of [
    "start name=meminfo interval=1s",
    "--volume /srv/munge.key:/etc/munge/munge.key:ro",
    "compass = north",
    "bypass: true",
    "http://agg1:411/",
    "auth_add name=munge plugin=munge",
  ])
    it(`is false of \`${text}\``, () => assert.equal(mayHoldSecret(text), false));

  it("ends in time with a text of one long word", () => {
    const started = performance.now();
    assert.equal(mayHoldSecret("://".repeat(300_000)), false);
    assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`);
  });
});
