import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { Cluster } from "../../components/cluster";
import type { SecretInputs } from "../../components/secret-inputs";
import { planStack } from "../../operations/plan-stack";
import { parseManifest, renderDeliveryInput } from "../../plan/delivery/deliver-files";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { resourceNamesOfHost } from "../../plan/model/resource-names";
import { type Recorded, record } from "./recorded";

const ROOT = join(__dirname, "../..");
const SECRET = Buffer.from("a key of the tests, thirty-two bytes and more").toString("base64");

async function plan(
  changes: Readonly<Record<string, unknown>> = {},
  secrets: Readonly<Record<string, string>> = {},
  stack = "cygnus",
): Promise<DeploymentPlan> {
  const { config } = parse(readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
  return (await planStack({ stack, projectFolder: ROOT, values: { ...values, ...changes }, secrets })).plan;
}

const secretInputs: SecretInputs = {
  deliveryInput: (files) => pulumi.secret(renderDeliveryInput(files, () => SECRET)),
  commandConnection: ({ address, user, port }) => ({ host: address, user, port }),
};

const registered = (deployment: DeploymentPlan) =>
  record(
    () =>
      new Cluster("cygnus", {
        ...{ plan: deployment, steps: [], secretInputs, generationOf: () => "1", tokenOf: () => "found" },
        engineKeepsWords: true,
      }),
  );
const named = (all: readonly Recorded[], type: string) => all.filter((one) => one.type === type).map((one) => one.name);

describe("Cluster", function () {
  // The mocks answer 40 registrations one by one; a loaded machine takes seconds.
  this.timeout(30_000);

  it("registers each host's provider, images, volumes, files and containers, named after host and thing", async () => {
    const all = await registered(await plan());
    assert.deepEqual(named(all, "ldms:index:Cluster"), ["cygnus"]);
    assert.deepEqual(
      named(all, "docker:index/container:Container"),
      "01-samp 02-samp 03-samp 04-samp 05-agg1 06-agg1 07-agg2 07-dsosd 07-grafana 07-maestro 07-ui"
        .split(" ")
        .map((key) => `cygnus-${key}`),
    );
    assert.deepEqual(
      named(all, "pulumi:providers:docker"),
      "1234567".split("").map((number) => `cygnus-0${number}`),
    );
    assert.deepEqual(
      named(all, "command:remote:Command"),
      "1234567".split("").map((number) => `cygnus-0${number}-files`),
    );
    assert.deepEqual(named(all, "docker:index/volume:Volume"), ["cygnus-07-ldms-cygnus-grafana", "cygnus-07-ldms-cygnus-ui"]);
    assert.deepEqual(named(all, "docker:index/image:Image"), []);
  });

  it("registers, with the stack itself, as many resources of the lab as the documents show", async () => {
    const count = 1 + (await registered(await plan({}, {}, "lab"))).length;
    const shown = ["README.md", "docs/automation.md"].flatMap((page) =>
      Array.from(readFileSync(join(ROOT, page), "utf8").matchAll(/\+ (\d+) created|(\d+) unchanged|"(?:create|same)":(\d+)/g), (match) =>
        Number(match.slice(1).find(Boolean)),
      ),
    );
    assert.deepEqual(shown, Array(5).fill(count));
  });

  it("says of every host, and by fan-out of every group, what it has got, and no secret", async () => {
    const words = (all: Awaited<ReturnType<typeof registered>>) => all.filter(({ type }) => type === "ldms:index:Deployed");
    const byDocker = words(await registered(await plan({ munge: { mode: "key" } }, { mungeKey: SECRET })));
    assert.deepEqual(
      byDocker.map(({ name }) => name).sort(),
      "1234567".split("").map((number) => `cygnus-0${number}-deployed`),
    );
    const byFanOut = words(await registered(await plan({ munge: { mode: "key" }, method: "fan-out" }, { mungeKey: SECRET })));
    assert.deepEqual(
      byFanOut.map(({ name, inputs }) => [name, inputs["hosts"]]),
      [
        ["fan-out-agg1-deployed", "cygnus-[05-06]"],
        ["fan-out-agg2-dsosd-maestro-ui-grafana-deployed", "cygnus-07"],
        ["fan-out-samp-deployed", "cygnus-[01-04]"],
      ],
    );
    const said = JSON.stringify([byDocker, byFanOut]);
    assert.match(said, /munge\.key":\{"mode":"0600"/);
    for (const form of [SECRET, SECRET.replace(/=+$/, ""), Buffer.from(SECRET, "base64").toString("latin1")])
      assert.ok(!said.includes(form));
  });

  it("hands a sampler to Docker as it is planned", async () => {
    const all = await registered(await plan());
    const samp = all.find(({ name, type }) => name === "cygnus-02-samp" && type === "docker:index/container:Container")!;
    const { healthcheck, labels, ...rest } = samp.inputs as Record<string, unknown>;
    assert.deepEqual(rest, {
      name: "samp",
      image: "sha256:cygnus-02-ldms-samp",
      command: ["-x", "rdma:411", "-a", "munge", "-m", "4M", "-c", "/etc/ldms/ldmsd.conf"],
      envs: ["COMPID=2", "COMPONENT_ID=2", "HOSTNAME=cygnus-02"],
      volumes: [
        { hostPath: "/run/munge", containerPath: "/run/munge", readOnly: true },
        { hostPath: "/var/lib/ldms/cygnus/samp/health", containerPath: "/etc/ldms/health", readOnly: true },
        { hostPath: "/var/lib/ldms/cygnus/samp/ldmsd.conf", containerPath: "/etc/ldms/ldmsd.conf", readOnly: true },
      ],
      networkMode: "host",
      pidMode: "host",
      privileged: true,
      ulimits: [{ name: "core", soft: 0, hard: 0 }],
      restart: "unless-stopped",
      logDriver: "json-file",
      logOpts: { "max-size": "10m", "max-file": "3" },
      memory: 516,
      stopTimeout: 10,
      destroyGraceSeconds: 10,
    });
    assert.ok(healthcheck);
    assert.deepEqual((labels as { label: string }[]).map(({ label }) => label).sort(), ["ldms.role", "ldms.spec", "ldms.stack"]);
  });

  it("has a host pull from its own mirror", async () => {
    const all = await registered(await plan({ images: { mirrors: [{ hosts: "cygnus-02", registry: "rack1:5000" }] } }));
    const pulled = all.filter(({ type, name }) => type === "docker:index/remoteImage:RemoteImage" && /0[12]-ldms-samp$/.test(name));
    assert.deepEqual(
      pulled.map(({ inputs }) => inputs["name"]),
      ["ovishpc/ldms-samp:4.5.3", "rack1:5000/ovishpc/ldms-samp:4.5.3"],
    );
  });

  it("renames nothing when a host leaves", async () => {
    const all = new Set((await registered(await plan())).map(({ type, name }) => `${type} ${name}`));
    const without = await registered(
      await plan({ samplers: [{ name: "samp", hosts: "cygnus-[01,03-04]", plugins: [{ name: "meminfo", interval: "1s" }] }] }),
    );
    const fresh = without.map(({ type, name }) => `${type} ${name}`).filter((key) => !all.has(key));
    assert.deepEqual(fresh, []);
  });

  it("names in resourceNamesOfHost every resource that it registers for a host", async () => {
    const deployment = await plan();
    const all = await registered(deployment);
    const ofHost = all.filter(({ name, type }) => name.startsWith("cygnus-07") && type !== "ldms:index:Host").map(({ name }) => name);
    assert.deepEqual(new Set(resourceNamesOfHost(deployment, "cygnus-07")), new Set(ofHost));
  });

  it("delivers a munge key 0600 101:101 and shows it nowhere but in stdin", async () => {
    const all = await registered(await plan({ munge: { mode: "key" } }, { mungeKey: SECRET }));
    const files = all.find(({ name }) => name === "cygnus-01-files")!;
    const entries = parseManifest(String(files.inputs["create"]));
    assert.deepEqual(
      entries.map(({ mode, owner, path }) => [mode, owner, path]),
      [
        ["0755", "0:0", "/var/lib/ldms/cygnus/samp/health"],
        ["0644", "0:0", "/var/lib/ldms/cygnus/samp/ldmsd.conf"],
        ["0600", "101:101", "/var/lib/ldms/cygnus/samp/munge.key"],
        ["0644", "0:0", "/var/lib/ldms/cygnus/samp/munge.key.id"],
      ],
    );
    const others = all.map(({ inputs }) => JSON.stringify({ ...inputs, stdin: undefined })).join("\n");
    assert.ok(!others.includes(SECRET));
  });
});
