import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parseClusterConfig } from "../../../plan/checks/parse";
import { foldHosts } from "../../../plan/hostlist/hostlist";
import { type DeploymentPlan, listContainers } from "../../../plan/model/deployment-plan";
import { planDeployment } from "../../../plan/plan";
import { renderPlan } from "../../../plan/render/render-plan";
import { checkPlan } from "../../../plan/rules/check-plan";
import { textOf } from "../example-stack";

/** The page's sections, each with its blocks by the language that they are in. */
const SECTIONS = readFileSync(join(__dirname, "../../../docs/sites.md"), "utf8").split(/^## /m).slice(1);
const blockOf = (section: string, language: string) => new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, "m").exec(section)?.[1];
const FILES = { "as-is.json": SECTIONS.map((section) => blockOf(section, "json")).find((block) => block !== undefined)! };

const PLANS = new Map(SECTIONS.map((section) => [section.split("\n")[0]!, planOf(blockOf(section, "yaml")!)]));

function planOf(block: string): DeploymentPlan {
  const { config } = parse(block) as { readonly config: Readonly<Record<string, unknown>> };
  const values = Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));
  return planDeployment(parseClusterConfig("site", "Pulumi.site.yaml", values), { secrets: {}, ownFiles: FILES });
}

const conf = (title: string, container: string) => textOf(PLANS.get(title)!, `/var/lib/ldms/site/${container}/ldmsd.conf`);
const linesOf = (title: string, container: string, verb: string) =>
  conf(title, container)
    .split("\n")
    .filter((line) => line.startsWith(`${verb} `));
const containersOf = (title: string) => listContainers(PLANS.get(title)!);
const groupsOf = (title: string) =>
  PLANS.get(title)!.fanOut!.groups.map(({ name, hosts }) => `${name}: ${foldHosts(hosts.map((host) => host.name))}`);

/** What a site settles by commands, `ldms hosts trust` and `ldms images lock`, and not on a page. */
const OF_COMMANDS = ["host-keys-pinned", "image-pinned-by-digest"];

/** The point of each section. */
const POINTS: Readonly<Record<string, () => void>> = {
  "Rack and node names": () => {
    assert.ok(groupsOf("Rack and node names").some((group) => group.endsWith(": r[1-4]n[001-256]")));
    assert.deepEqual(
      ["agg-west", "agg-east"].map((name) => linesOf("Rack and node names", name, "prdcr_add").length),
      [512, 512],
    );
  },
  "GPUs and Slurm": () => {
    assert.deepEqual(
      containersOf("GPUs and Slurm")
        .filter(({ gpus }) => gpus !== undefined)
        .map(({ name }) => name),
      Array.from({ length: 8 }, () => "gpu"),
    );
    const bound = containersOf("GPUs and Slurm").filter(({ mounts }) =>
      mounts.some((mount) => mount.kind === "bind" && mount.hostPath === "/run/slurm-job"),
    );
    assert.equal(bound.length, 72);
    assert.ok(conf("GPUs and Slurm", "gpu").includes("config name=dcgm_sampler "));
  },
  Kafka: () =>
    assert.deepEqual(linesOf("Kafka", "agg1", "strgp_add"), [
      "strgp_add name=kafka plugin=store_avro_kafka container=kafka1.site:9092,kafka2.site:9092 schema=meminfo decomposition=/etc/ldms/decomposition-kafka.json",
    ]),
  "CSV with a decomposition": () => {
    assert.deepEqual(linesOf("CSV with a decomposition", "agg1", "strgp_add"), [
      "strgp_add name=csv plugin=store_csv container=node regex=^(meminfo|vmstat)$ decomposition=/etc/ldms/decomposition-csv.json",
    ]);
    const { mounts } = containersOf("CSV with a decomposition").find(({ name }) => name === "agg1")!;
    const bound = mounts.find(({ containerPath }) => containerPath === "/etc/ldms/decomposition-csv.json");
    assert.ok(bound?.kind === "bind" && bound.readOnly);
  },
  "Samplers in the node image": () => {
    assert.deepEqual(
      containersOf("Samplers in the node image").map(({ host, name }) => `${host}/${name}`),
      ["svc2001/agg1"],
    );
    assert.equal(linesOf("Samplers in the node image", "agg1", "prdcr_add").length, 512);
  },
  Firewalls: () => {
    assert.deepEqual(linesOf("Firewalls", "samp", "advertiser_add"), [
      "advertiser_add name=agg1-201 xprt=sock host=svc201 port=411 reconnect=1s",
    ]);
    assert.deepEqual(linesOf("Firewalls", "agg1", "prdcr_add"), []);
    assert.equal(linesOf("Firewalls", "agg1", "prdcr_listen_add").length, 1);
  },
  "Two networks": () => {
    assert.ok(conf("Two networks", "samp").includes("listen xprt=rdma port=20411"));
    assert.match(linesOf("Two networks", "agg1", "prdcr_add")[0]!, / xprt=rdma host=n001-ib0\.cluster\.site port=20411 /);
  },
  "No maestro": () => {
    assert.deepEqual([...new Set(containersOf("No maestro").map(({ name }) => name))], ["samp", "agg1"]);
    assert.deepEqual(
      ["load name=meminfo", "start name=meminfo"].map((line) => conf("No maestro", "samp").includes(line)),
      [true, true],
    );
    assert.equal(linesOf("No maestro", "agg1", "prdcr_add").length, 8);
  },
};

describe("docs/sites.md", () => {
  it("has a point for each section", () => assert.deepEqual([...PLANS.keys()], Object.keys(POINTS)));

  for (const [title, plan] of PLANS) {
    it(`has under "${title}" a stack file that is planned without a finding`, () => {
      assert.ok(renderPlan(plan).length > 0);
      const found = checkPlan(plan, "2026-11-28").filter(({ rule, waived }) => !waived && !OF_COMMANDS.includes(rule));
      assert.deepEqual(
        found.map(({ enforcement, rule, message }) => `${enforcement} ${rule}: ${message}`),
        [],
      );
    });
    it(`shows under "${title}" what it says`, () => POINTS[title]!());
  }
});
