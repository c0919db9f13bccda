import assert from "node:assert/strict";
import { healthWords } from "../../../plan/health/health-words";
import { renderSamplerLines } from "../../../plan/ldmsd/sampler-conf";
import { renderLdmsCfg } from "../../../plan/maestro/render-ldms-cfg";
import { exampleConfig, exampleGroups, type Values } from "../example-stack";

/** As ldmsd replaces it by its own environment's. */
const HOSTNAME = ["$", "{HOSTNAME}"].join("");
const COMPONENT_ID = ["$", "{COMPONENT_ID}"].join("");

function linesOf(plugins: readonly Values[]): string[] {
  const groups = exampleGroups({ samplers: [{ hosts: "cygnus-[01-04]", plugins }] });
  return renderSamplerLines(groups[0]!, groups);
}

describe("ldms#2149, PR #2161, #2162: plugins that cannot be renamed", () => {
  it("are loaded by their own names", () =>
    assert.deepEqual(
      linesOf([
        { name: "jobid", interval: "1s" },
        { name: "lustre_mdc", interval: "10s" },
      ]).filter((line) => line.startsWith("load")),
      ["load name=jobid", "load name=lustre_mdc"],
    ));

  it("have no names from maestro, which is told of no plugins by grammar C", () =>
    assert.doesNotMatch(renderLdmsCfg(exampleGroups(), "C", "cygnus"), /plugins|samplers:|jobid/));
});

describe("ldms#1669, #1745, PR #1822: one plugin in two configurations", () => {
  const plugins = [
    { name: "meminfo", interval: "1s" },
    { name: "meminfo", instance: "meminfo-60s", interval: "60s", config: { schema: "meminfo_60s" } },
  ];

  it("has an instance of each, and a set by the name of each", () =>
    assert.deepEqual(linesOf(plugins), [
      "load name=meminfo",
      `config name=meminfo producer=${HOSTNAME} instance=${HOSTNAME}/meminfo component_id=${COMPONENT_ID}`,
      "start name=meminfo interval=1s",
      "load name=meminfo-60s plugin=meminfo",
      `config name=meminfo-60s producer=${HOSTNAME} instance=${HOSTNAME}/meminfo-60s component_id=${COMPONENT_ID} schema=meminfo_60s`,
      "start name=meminfo-60s interval=60s",
    ]));

  it("has its health checked by both sets", () => {
    const changes = { samplers: [{ hosts: "cygnus-[01-04]", plugins }] };
    const groups = exampleGroups(changes);
    const words = healthWords(exampleConfig(changes), groups[0]!, groups);
    assert.deepEqual(
      words.filter((word) => word.startsWith("set=")),
      ["set=1:meminfo", "set=60:meminfo-60s"],
    );
  });

  it("tells two groups on a host apart by their instances, not by the plugin", () => {
    const other = { hosts: "cygnus-01", name: "slow", container: "slow", port: 412, plugins: [plugins[1]!] };
    const groups = exampleGroups({ samplers: [{ hosts: "cygnus-[01-04]", plugins: [plugins[0]!] }, other] });
    assert.match(renderSamplerLines(groups[1]!, groups)[1]!, new RegExp(`instance=\\${HOSTNAME}/meminfo-60s `));
  });
});

describe("the Sandia template (ldms PR #2122): attributes of a plugin's line", () => {
  const settings = (config: Values) => linesOf([{ name: "filesingle", interval: "1s", config }])[1]!.split(`${COMPONENT_ID} `)[1];

  it("has a key with nothing behind it as a word, as `timing:` of filesingle", () =>
    assert.equal(settings({ conf: "/etc/fs.conf", timing: null }), "conf=/etc/fs.conf timing"));

  it("has a negative offset, as the template's -100000 us, with its unit", () =>
    assert.equal(
      linesOf([{ name: "meminfo", interval: "1s", offset: "-100000us" }])[2],
      "start name=meminfo interval=1s offset=-100000us",
    ));

  it("has a boolean as its value, and a list as one value", () =>
    assert.equal(settings({ a: true, fields: [150, 155], ifaces: ["eth0"] }), "a=true fields=150,155 ifaces=eth0"));
});

describe("a plugin of the site's own (ldms#1321, nersc/nersc-ldms build/configure.sh)", () => {
  it("is loaded by its name, as often as the stack says", () =>
    assert.deepEqual(
      linesOf([
        { name: "site_power", own: true, interval: "1s" },
        { name: "site_power", own: true, instance: "power-2", interval: "1s" },
      ]).filter((line) => line.startsWith("load")),
      ["load name=site_power", "load name=power-2 plugin=site_power"],
    ));
});
