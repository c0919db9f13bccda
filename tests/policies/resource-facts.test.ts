import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { containerArgs } from "../../components/docker-container";
import { parseClusterConfig } from "../../plan/checks/parse";
import { renderDelivery, renderDeliveryInput } from "../../plan/delivery/deliver-files";
import { type DeploymentPlan, listContainers } from "../../plan/model/deployment-plan";
import { childName } from "../../plan/model/resource-names";
import { planDeployment } from "../../plan/plan";
import { factsOfFiles, factsOfPlanned } from "../../plan/rules/facts";
import { factsOfContainer, readWhole } from "../../policies/container-inputs";
import { CONTAINER_TYPE, factsOfDelivery } from "../../policies/resource-facts";

const KEY = Buffer.from("0123456789abcdef0123456789abcdef");
const ZEROS = Buffer.alloc(4096);

/** The cygnus stack in munge mode key, which is the one that writes keys. */
function planWithKey(): DeploymentPlan {
  const file = "Pulumi.cygnus.yaml";
  const { config }: { config: Record<string, unknown> } = parse(readFileSync(join(__dirname, "../..", file), "utf8"));
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
  const mungeKey = { lengthBytes: KEY.length, isUniform: false, fingerprint: "0a" };
  return planDeployment(parseClusterConfig("cygnus", file, { ...values, munge: { mode: "key" } }), { secrets: { mungeKey }, ownFiles: {} });
}

const PLAN = planWithKey();

/** As the engine hands inputs over: plain JSON. */
function inputs(value: object): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value));
}

function deliveryOf(hostIndex: number, key: Buffer) {
  const host = PLAN.hosts[hostIndex]!;
  return {
    type: "command:remote:Command",
    name: childName(host.name, "files"),
    props: { create: renderDelivery(PLAN.stack, host.files), stdin: renderDeliveryInput(host.files, () => key.toString("base64")) },
  };
}

describe("factsOfContainer", () => {
  it("reads from a registered container's inputs what the plan says of it", () => {
    assert.ok(listContainers(PLAN).length > 10);
    for (const planned of listContainers(PLAN)) {
      const props = inputs(containerArgs(planned, "sha256:00"));
      const facts = readWhole(factsOfContainer({ type: CONTAINER_TYPE, name: childName(planned.host, planned.name), props }));
      assert.deepEqual(facts, factsOfPlanned(planned));
    }
  });

  it("gives a container that is none of ours no role", () => {
    const facts = readWhole(factsOfContainer({ type: CONTAINER_TYPE, name: "web", props: { name: "web-1f3a", image: "nginx" } }));
    assert.deepEqual(facts, {
      host: "web",
      name: "web-1f3a",
      role: undefined,
      networkMode: undefined,
      pidMode: undefined,
      ipcMode: undefined,
      utsMode: undefined,
      usernsMode: undefined,
      volumesFrom: [],
      env: {},
      entrypoint: [],
      argv: [],
      labels: {},
      mounts: [],
      privileged: false,
      capabilities: { add: [], drop: [] },
      devices: [],
      gpus: undefined,
      readOnlyRootFilesystem: false,
      tmpfs: [],
      securityOpts: [],
      ulimits: {},
      memoryMib: undefined,
      restart: undefined,
      healthCheck: undefined,
      log: { driver: undefined, maxSize: undefined },
      stopTimeoutSeconds: undefined,
    });
  });

  it("reads a bind from either of the two lists that the provider takes", () => {
    const props = {
      name: "c",
      volumes: [{ hostPath: "/store", containerPath: "/store" }],
      mounts: [{ type: "bind", source: "/etc", target: "/host", readOnly: true }],
    };
    assert.deepEqual(factsOfContainer({ type: CONTAINER_TYPE, name: "n-c", props }).mounts, [
      { source: "/store", target: "/store", readOnly: false },
      { source: "/etc", target: "/host", readOnly: true },
    ]);
  });

  it("keeps what stands behind the first = of a variable", () => {
    const props = { name: "c", envs: ["A=b=c", "EMPTY="] };
    assert.deepEqual(factsOfContainer({ type: CONTAINER_TYPE, name: "n-c", props }).env, { A: "b=c", EMPTY: "" });
  });
});

describe("factsOfDelivery", () => {
  it("reads from a registered delivery's inputs what the plan says of its files, and judges the content", () => {
    const planned = factsOfFiles(PLAN);
    const read = PLAN.hosts.flatMap((_, i) => factsOfDelivery(deliveryOf(i, KEY)));
    assert.deepEqual(
      read.map((facts) => ({ ...facts, isUniform: undefined, lengthBytes: undefined })),
      planned,
    );
    assert.ok(read.length > 7);
    assert.deepEqual([...new Set(read.map(({ isUniform }) => isUniform))], [false]);
  });

  it("sees upstream's key of zeros", () => {
    const uniform = factsOfDelivery(deliveryOf(0, ZEROS)).filter(({ isUniform }) => isUniform);
    assert.deepEqual(
      uniform.map(({ host, path }) => `${host} ${path}`),
      ["cygnus-01 /var/lib/ldms/cygnus/samp/munge.key"],
    );
  });

  it("leaves the content open where it is not known", () => {
    const { props, ...resource } = deliveryOf(0, KEY);
    assert.deepEqual(
      factsOfDelivery({ ...resource, props: { create: props.create } }).map(({ path, isUniform }) => [path.split("/").at(-1), isUniform]),
      ["health", "ldmsd.conf", "munge.key", "munge.key.id"].map((name) => [name, undefined]),
    );
  });

  it("reads nothing from another command", () =>
    assert.deepEqual(factsOfDelivery({ type: "command:remote:Command", name: "x", props: { create: "reboot" } }), []));
});
