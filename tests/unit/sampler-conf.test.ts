import assert from "node:assert/strict";
import { renderSamplerLines } from "../../plan/ldmsd/sampler-conf";
import { containerOf, exampleGroups, examplePlan, textOf, type Values } from "./example-stack";

/** As ldmsd replaces it by its own environment's. */
const of = (variable: string) => ["$", `{${variable}}`].join("");
const [HOSTNAME, COMPONENT_ID] = [of("HOSTNAME"), of("COMPONENT_ID")];
const MEMINFO = { name: "meminfo", interval: "1s" };
const VMSTAT = { name: "vmstat", interval: "10s", offset: "-100ms", config: { perm: "0777", retries: 0, verbose: false } };

const linesOf = (index: number, changes: Values) => {
  const groups = exampleGroups(changes);
  return renderSamplerLines(groups[index]!, groups);
};
/** The instance that each plugin of each group is configured with. */
const instances = (changes: Values) => {
  const groups = exampleGroups({ aggregators: [], ui: undefined, ...changes });
  return groups.map((group) => renderSamplerLines(group, groups).flatMap((line) => /instance=(\S+)/.exec(line)?.[1] ?? []));
};
const second = (changes: Values = {}) => ({
  hosts: "cygnus-[02-03]",
  name: "slow",
  container: "slow",
  port: 412,
  plugins: [MEMINFO],
  ...changes,
});

describe("the configuration file of a sampler", () => {
  it("loads, configures and starts each plugin, in words that are the same on every host", () => {
    const plugins = [MEMINFO, VMSTAT];
    const plan = examplePlan({ samplers: [{ name: "samp", hosts: "cygnus-[01-04]", plugins }] });
    assert.equal(
      textOf(plan, "/var/lib/ldms/cygnus/samp/ldmsd.conf"),
      `# Made from Pulumi.cygnus.yaml; a change made here is lost at the next deployment.
load name=meminfo
config name=meminfo producer=${HOSTNAME} instance=${HOSTNAME}/meminfo component_id=${COMPONENT_ID}
start name=meminfo interval=1s
load name=vmstat
config name=vmstat producer=${HOSTNAME} instance=${HOSTNAME}/vmstat component_id=${COMPONENT_ID} perm=0777 retries=0 verbose=false
start name=vmstat interval=10s offset=-100ms
`,
    );
    const confs = plan.hosts.flatMap(({ files }) => files.filter(({ path }) => path.endsWith("/samp/ldmsd.conf")));
    assert.deepEqual([confs.length, new Set(confs.map(({ fingerprint }) => fingerprint)).size], [4, 1]);
  });

  it("is mounted read-only where ldmsd is told to read it", () => {
    const { argv, mounts } = containerOf(examplePlan(), "cygnus-01", "samp");
    assert.deepEqual(argv.slice(-2), ["-c", "/etc/ldms/ldmsd.conf"]);
    assert.deepEqual(mounts.at(-1), {
      kind: "bind",
      hostPath: "/var/lib/ldms/cygnus/samp/ldmsd.conf",
      containerPath: "/etc/ldms/ldmsd.conf",
      readOnly: true,
    });
  });

  it("takes a site's own producer, instance and component id instead of the plan's", () => {
    const config = { component_id: of("COMPID"), instance: `${HOSTNAME}/mem`, producer: "n" };
    assert.deepEqual(
      linesOf(0, { samplers: [{ hosts: "cygnus-01", plugins: [{ ...MEMINFO, config }] }] })[1],
      [`config name=meminfo producer=n instance=${HOSTNAME}/mem component_id=${of("COMPID")}`][0],
    );
  });

  it("has a plugin's own settings as they are written, whatever they are called", () => {
    const plugins = [{ name: "dcgm_sampler", interval: "1.5s", config: { interval: 1000000, offset: "1m", reconnect: "1S", flush: 0 } }];
    assert.deepEqual(linesOf(0, { samplers: [{ hosts: "cygnus-01", plugins }] }).slice(1), [
      `config name=dcgm_sampler producer=${HOSTNAME} instance=${HOSTNAME}/dcgm_sampler component_id=${COMPONENT_ID} interval=1000000 offset=1m reconnect=1S flush=0`,
      "start name=dcgm_sampler interval=1500ms",
    ]);
  });

  it("is what an aggregator with plugins of its own begins with", () => {
    const aggregators = [{ name: "agg1", level: 1, hosts: "cygnus-05", interval: "1s", plugins: [MEMINFO] }];
    assert.deepEqual(linesOf(1, { aggregators }), [
      "load name=meminfo",
      `config name=meminfo producer=${HOSTNAME} instance=${HOSTNAME}/meminfo component_id=${COMPONENT_ID}`,
      "start name=meminfo interval=1s",
    ]);
  });
});

describe("instanceFolder", () => {
  const first = { hosts: "cygnus-[01-04]", name: "samp", plugins: [MEMINFO, VMSTAT] };

  it("tells the sets of two groups apart that have a plugin in common on a host", () =>
    assert.deepEqual(instances({ samplers: [first, second()] }), [
      [`${HOSTNAME}/meminfo`, `${HOSTNAME}/vmstat`],
      [`${HOSTNAME}/slow/meminfo`],
    ]));

  it("is the host's name alone where groups share a host and no plugin, or a plugin and no host", () => {
    const plain = [[`${HOSTNAME}/meminfo`, `${HOSTNAME}/vmstat`], [`${HOSTNAME}/loadavg`]];
    assert.deepEqual(instances({ samplers: [first, second({ plugins: [{ name: "loadavg", interval: "1s" }] })] }), plain);
    assert.deepEqual(instances({ samplers: [{ ...first, hosts: "cygnus-[01-02]" }, second({ hosts: "cygnus-[03-04]" })] })[1], [
      `${HOSTNAME}/meminfo`,
    ]);
  });

  it("counts an aggregator that samples as one more group of its host", () => {
    const aggregators = [{ name: "agg1", level: 1, hosts: "cygnus-02", port: 413, interval: "1s", plugins: [VMSTAT] }];
    assert.deepEqual(instances({ samplers: [first], aggregators })[1], [`${HOSTNAME}/agg1/vmstat`]);
  });
});
