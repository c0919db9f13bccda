import assert from "node:assert/strict";
import { checkMungeKey } from "../../plan/checks/check-munge-key";
import { parseClusterConfig } from "../../plan/checks/parse";
import { nearMiss } from "../../plan/config/near-miss";
import type { PlanFacts, SecretFacts } from "../../plan/model/plan-facts";
import { ConfigError } from "../../plan/problems/errors";

const FILE = "Pulumi.small.yaml";
/** The least that a stack file says. */
const SMALL = {
  xprt: "sock",
  munge: { mode: "none" },
  hosts: "n[1-2]",
  samplers: [{ hosts: "n1", plugins: [{ name: "meminfo", interval: "1s" }] }],
};

function parse(changes: Readonly<Record<string, unknown>> = {}) {
  return parseClusterConfig("small", FILE, { ...SMALL, ...changes });
}

function errorOf(changes: Readonly<Record<string, unknown>>): ConfigError {
  try {
    parse(changes);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  return assert.fail("the stack file is taken");
}

describe("parseClusterConfig", () => {
  it("fills in what the file leaves out", () => {
    const { stack, ports, images, samplers, interconnect, tolerate } = parse();
    assert.deepEqual([stack, ports, interconnect, tolerate], ["small", { ldmsd: 411, ui: 80, grafana: 3000 }, "{host}", 0]);
    assert.deepEqual([images.namespace, images.tag, images.source, images.pin], ["ovishpc", "4.5.3", "registry", "advisory"]);
    assert.deepEqual([samplers[0]?.container, samplers[0]?.options], ["samp", []]);
  });

  it("reports every mistake of form at once", () => {
    const error = errorOf({ xprt: "tcp", ports: { ldmsd: 0, grafna: 1 }, tolerate: "1" });
    assert.deepEqual(error.problems.map(({ path }) => path).sort(), ["ports", "ports.ldmsd", "tolerate", "xprt"]);
  });

  it("reports every contradiction at once, behind a hostlist that cannot be read too", () => {
    const error = errorOf({
      hosts: "n[1-2",
      munge: { mode: "none", hostPath: "/k" },
      aggregators: [{ name: "a", level: 2, hosts: "n2", interval: "0s" }],
    });
    assert.deepEqual(
      error.problems.map(({ path }) => path),
      ["hosts", "aggregators[0].interval", "munge.hostPath", "aggregators[0].level"],
    );
  });

  it("takes in a selection of sets what only ldmsd's own file could not hold, where a maestro is told of it", () => {
    const aggregators = [{ name: "a", level: 1, hosts: "n2", interval: "1s", sets: [{ regex: "a b" }] }];
    const { maestro } = parse({ aggregators, images: { tag: "site" }, maestro: { host: "n2", grammar: "A" } });
    assert.equal(maestro?.grammar, "A");
  });

  it("takes any name of a set where one host has it, and one with a variable where several do", () => {
    const named = (hosts: string, instance: string) => ({ hosts, plugins: [{ name: "meminfo", interval: "1s", config: { instance } }] });
    for (const group of [named("n1", "mem"), named("n[1-2]", "$" + "{COMPID}/mem"), named("n[1-2]", "a-$" + "{HOSTNAME}")]) {
      assert.equal(parse({ samplers: [group] }).samplers.length, 1);
    }
  });

  it("lets a group have another transport, port and munge mode", () => {
    const group = { ...SMALL.samplers[0], container: "second", xprt: "rdma", port: 412, munge: "host" };
    const { samplers } = parse({ samplers: [SMALL.samplers[0], group] });
    assert.deepEqual([samplers[1]?.xprt, samplers[1]?.port, samplers[1]?.munge], ["rdma", 412, "host"]);
  });

  it("lets two services share a port on two addresses", () => {
    const web = { host: "n2", port: 8080 };
    assert.equal(parse({ ui: { ...web, address: "127.0.0.1" }, grafana: { ...web, address: "198.18.0.2" } }).ui?.port, 8080);
    const { problems } = errorOf({ ui: { ...web, address: "127.0.0.1" }, grafana: web });
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["grafana"],
    );
  });

  it("takes secrets without looking at them", () => {
    const config = parse({ mungeKey: { secure: "v1:ciphertext" }, uiSecretKey: "hunter2" });
    assert.doesNotMatch(JSON.stringify(config), /ciphertext|hunter2/);
  });

  it("never shows the value of an unknown key, which may be a secret with a slip in its name", () => {
    const { message } = errorOf({ mungKey: "hunter2" });
    assert.match(message, /unknown key `mungKey`/);
    assert.doesNotMatch(message, /hunter2/);
  });

  it("cuts long values in messages", () => {
    assert.match(errorOf({ xprt: "x".repeat(1000) }).message, /`x{60}…`$/);
  });

  it("leaves options that the program owns itself alone", () => {
    const options = ["-A", "socket=/run/munge/other", "-v", "DEBUG", "--default_auth_args=x=y", "-l", "/var/log/m"];
    assert.deepEqual(parse({ samplers: [{ ...SMALL.samplers[0], options }] }).samplers[0]?.options, options);
  });
});

const KEY: SecretFacts = { lengthBytes: 1024, isUniform: false, fingerprint: "00" };

function factsWith(mungeKey: SecretFacts | undefined): PlanFacts {
  return { secrets: mungeKey ? { mungeKey } : {}, ownFiles: {} };
}

describe("checkMungeKey", () => {
  const config = parse({ munge: { mode: "key" } });
  const onHosts = parse({ munge: { mode: "key", hostPath: "/etc/munge/munge.key" } });
  const messageOf = (facts: PlanFacts, of = config) => checkMungeKey(of, facts).map(({ path, message }) => `${path}: ${message}`);

  it("accepts a key, upstream's 4096 bytes and munged's least of 32 among them", () => {
    for (const lengthBytes of [32, 1024, 4096]) assert.deepEqual(messageOf(factsWith({ ...KEY, lengthBytes })), []);
  });

  it("misses a key", () => assert.deepEqual(messageOf(factsWith(undefined)), ["mungeKey: is missing, and munge has the mode `key`"]));

  it("refuses a short key", () =>
    assert.deepEqual(messageOf(factsWith({ ...KEY, lengthBytes: 31 })), ["mungeKey: must be at least 32 bytes, in base64: 31"]));

  it("refuses upstream's key of zeros", () =>
    assert.deepEqual(messageOf(factsWith({ ...KEY, lengthBytes: 4096, isUniform: true })), [
      "mungeKey: is the same byte throughout, as the key in upstream's images",
    ]));

  it("misses a key for the one group that uses one", () => {
    const group = parse({ samplers: [{ ...SMALL.samplers[0], munge: "key" }] });
    assert.deepEqual(messageOf(factsWith(undefined), group), ["mungeKey: is missing, and munge has the mode `key`"]);
  });

  it("accepts a key that is on the hosts, and refuses a second one beside it", () => {
    assert.deepEqual(messageOf(factsWith(undefined), onHosts), []);
    assert.deepEqual(messageOf(factsWith(KEY), onHosts), ["munge.hostPath: is set beside the secret `mungeKey`: `/etc/munge/munge.key`"]);
  });

  it("asks for none in the other modes", () => assert.deepEqual(messageOf(factsWith(undefined), parse()), []));
});

describe("nearMiss", () => {
  const words = ["interval", "offset", "name", "config", "ui"];
  for (const [word, near] of [
    ["intervl", "interval"],
    ["Interval", "interval"],
    ["ofsfet", "offset"],
    ["nmae", "name"],
    ["ux", "ui"],
    ["x", undefined],
    ["replicas", undefined],
  ] as const) {
    it(`takes ${word} for ${near ?? "nothing"}`, () => assert.equal(nearMiss(word, words), near));
  }
});
