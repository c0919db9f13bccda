import assert from "node:assert/strict";
import { ConfigError } from "../../../plan/problems/errors";
import { examplePlan, textOf, type Values } from "../example-stack";

const MEMINFO = { name: "meminfo", interval: "1s" };
const SITE: Values = {
  samplers: [{ hosts: "cygnus-[01-04]", plugins: [MEMINFO] }],
  aggregators: [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s" }],
  maestro: undefined,
  ui: undefined,
  grafana: undefined,
};

function problems(changes: Values): string[] {
  try {
    examplePlan({ ...SITE, ...changes });
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message, help }) => `${path}: ${message}${help === undefined ? "" : ` | ${help}`}`);
  }
  return [];
}

describe("a stack without maestro (ldms#67, ldms#1461, ldms#1570)", () => {
  it("has a file for each daemon that says all of it", () => {
    const plan = examplePlan(SITE);
    assert.match(textOf(plan, "/var/lib/ldms/cygnus/samp/ldmsd.conf"), /^start name=meminfo interval=1s$/m);
    assert.match(textOf(plan, "/var/lib/ldms/cygnus/agg1/ldmsd.conf"), /^updtr_start name=agg1$/m);
  });

  for (const options of [
    ["-c", "/etc/ldmsd/sampler.conf"],
    ["-c/etc/ldmsd/sampler.conf"],
    ["-Fc", "/etc/ldmsd/sampler.conf"],
    ["-y", "cluster.yaml", "-n", "samp"],
    ["--conf=/etc/ldmsd/sampler.conf"],
  ]) {
    it(`refuses a file of the site's own by \`${options.join(" ")}\`, which is in no container`, () =>
      assert.deepEqual(problems({ samplers: [{ hosts: "cygnus-[01-04]", plugins: [MEMINFO], options }] }), [
        `samplers[0].options[0]: is written by the plan: \`${options[0]}\` | set \`plugins\`, \`stores\` and \`configure\`: each daemon reads a file of the plan's`,
      ]));
  }
});

describe("an own ldms_cfg.yaml by the stack's munge (ldms-containers test/test-maestro)", () => {
  const own = (auth: string) =>
    `auth: &auth { name: ${auth}, plugin: ${auth} }
daemons:
  - { names: "s-[1-4]", hosts: "cygnus-[01-04]-iw", endpoints: [{ names: "e-[1-4]", ports: 411, xprt: rdma, auth: *auth }] }
  - { names: a, hosts: cygnus-05-iw, endpoints: [{ names: f, ports: 411, xprt: rdma, maestro_comm: true, auth: *auth }] }
`;
  const planWith = (mode: string, auth: string) =>
    examplePlan(
      { ...SITE, munge: { mode }, maestro: { host: "cygnus-07", configFile: "own" } },
      { secrets: {}, ownFiles: { own: own(auth) } },
    );

  it("is taken with the hosts' munge and with none", () => {
    for (const [mode, auth] of [
      ["host", "munge"],
      ["none", "none"],
    ] as const)
      assert.equal(textOf(planWith(mode, auth), "/var/lib/ldms/cygnus/maestro/ldms_cfg.yaml"), own(auth));
  });

  it("wants the key where the containers have a munge of their own", () =>
    assert.throws(
      () => planWith("key", "munge"),
      /mungeKey: is missing, and munge has the mode `key`\n {6}help: ldms munge-key generate -s cygnus/,
    ));
});
