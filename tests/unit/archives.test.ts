import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { deliveryName, planDeliveries, renderDelivery } from "../../plan/fan-out/deliveries";
import { checkArchives, findArchived } from "../../plan/images/archives";
import { planImages, pullReference } from "../../plan/images/plan-images";
import { keptFile } from "../../plan/images/send-image";
import type { ArchiveFacts, PlanFacts } from "../../plan/model/plan-facts";
import { planDeployment } from "../../plan/plan";
import { exampleConfig } from "./example-stack";

const NAMES = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"] as const;
const idOf = (name: string) => `sha256:${Buffer.from(name).toString("hex").padEnd(64, "0")}`;

function archive(name: string, changes: { tags?: readonly string[]; id?: string; platform?: string; path?: string } = {}): ArchiveFacts {
  const { tags = [`ovishpc/${name}:latest`], id = idOf(name), platform = "linux/amd64", path = `ovishpc-${name}.tar` } = changes;
  return { path, sizeBytes: 1000, sha256: "ab".repeat(32), images: [{ id, tags, platform }] };
}

const ALL = NAMES.map((name) => archive(name));
const config = (images: object = {}, changes: object = {}) => exampleConfig({ images: { source: "archive", ...images }, ...changes });
const facts = (archives: readonly ArchiveFacts[]): PlanFacts => ({ secrets: {}, ownFiles: {}, archives });
const problems = (archives: readonly ArchiveFacts[], images: object = {}) =>
  checkArchives(config(images), facts(archives)).map(({ message }) => message);

describe("images from archives", () => {
  it("are found by the last part of their name, whatever registry and tag they were saved under", () => {
    assert.deepEqual(planImages(config(), ["ldms-samp"], ALL), [
      {
        name: "ldms-samp",
        reference: "ovishpc/ldms-samp:latest",
        archive: {
          path: "ovishpc-ldms-samp.tar",
          sizeBytes: 1000,
          sha256: "ab".repeat(32),
          id: idOf("ldms-samp"),
          platform: "linux/amd64",
        },
      },
    ]);
    const [other] = findArchived([archive("ldms-samp", { tags: ["reg.site:5000/mon/ldms-samp:7"] })], "ldms-samp", "4.5.3");
    assert.equal(other!.reference, "reg.site:5000/mon/ldms-samp:7");
  });

  it("are pinned and pulled by their id, so that a container's image is known in preview", () => {
    const [samp] = planImages(config({ mirrors: [{ hosts: "cygnus-01", registry: "rack1:5000" }] }), ["ldms-samp"], ALL);
    assert.equal(pullReference(samp!), idOf("ldms-samp"));
    assert.deepEqual(problems(ALL, { pin: "required" }), []);
  });

  it("are chosen by the stack's tag where several differ, and never by chance", () => {
    const two = [...ALL, archive("ldms-samp", { tags: ["ovishpc/ldms-samp:4.5.3"], id: idOf("newer"), path: "newer.tar" })];
    assert.equal(findArchived(two, "ldms-samp", "4.5.3")[0]!.archive.path, "newer.tar");
    assert.deepEqual(problems(two, { tag: "4.6.0" }), [
      "there are 2 different images `ldms-samp`: `ovishpc/ldms-samp:latest` in `ovishpc-ldms-samp.tar`, `ovishpc/ldms-samp:4.5.3` in `newer.tar`",
    ]);
  });

  it("stand once where the same one is in several files", () => {
    assert.deepEqual(problems([...ALL, archive("ldms-samp", { path: "copy.tar" })]), []);
  });

  it("that are missing, broken or of another platform are all told at once", () => {
    const broken: ArchiveFacts = { path: "ovishpc-ldms-agg.tar", problem: "there is no such file or folder" };
    const found = problems([archive("ldms-samp", { platform: "linux/arm64" }), broken, ...ALL.slice(2)]);
    assert.deepEqual(found, [
      "there is no such file or folder: `ovishpc-ldms-agg.tar`",
      "`ldms-samp` in `ovishpc-ldms-samp.tar` is for linux/arm64, not for the stack's linux/amd64",
      "no image `ldms-agg` in `ovishpc-ldms-samp.tar`, `ovishpc-ldms-maestro.tar`, `ovishpc-ldms-ui.tar`, `ovishpc-ldms-grafana.tar`",
    ]);
  });

  it("with a reference of their own are pulled as before", () => {
    const references = { "ldms-samp": "quay.io/site/sampler:7" };
    assert.deepEqual(problems(ALL.slice(1), { references }), []);
    assert.deepEqual(planImages(config({ references }), ["ldms-samp"], ALL), [{ name: "ldms-samp", reference: "quay.io/site/sampler:7" }]);
  });
});

describe("planDeliveries", () => {
  const plan = (changes: object = {}) => planDeployment(config({}, changes), facts(ALL));
  const names = (changes: object = {}) =>
    planDeliveries(plan(changes)).map((delivery) => `${delivery.keeps}: ${delivery.images.map((image) => deliveryName(delivery, image))}`);

  it("brings each host the images that it runs", () => {
    const sent = names();
    assert.equal(sent[0], "image: cygnus-01-ldms-samp");
    assert.equal(
      sent.at(-1),
      ["agg", "grafana", "maestro", "ui"]
        .map((name) => `cygnus-07-ldms-${name}`)
        .join()
        .replace(/^/, "image: "),
    );
    assert.equal(sent.length, 7);
  });

  it("brings a head node the files once, and a head that is this machine nothing", () => {
    const all = "agg grafana maestro samp ui".split(" ").map((name) => `fan-out-ldms-${name}`);
    assert.deepEqual(names({ method: "fan-out", fanOut: { head: "cygnus-08" } }), [`file: ${all}`]);
    assert.deepEqual(names({ method: "fan-out" }), []);
  });
});

describe("renderDelivery", () => {
  const [delivery] = planDeliveries(planDeployment(config(), facts(ALL)));
  const image = delivery!.images[0]!;

  it("is sh that a shell can read, and names the file by its content", () => {
    const script = renderDelivery("cygnus", delivery!, image, "sent-2026-05-04T12:00:00Z", 60);
    const { status, stderr } = spawnSync("dash", ["-n"], { input: script, encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
    assert.equal(keptFile(image), `ldms-samp-${"ab".repeat(32)}.tar`);
  });

  it("is the same for the same token alone", () => {
    const render = (token: string) => renderDelivery("cygnus", delivery!, image, token, 60);
    assert.equal(render("a"), render("a"));
    assert.notEqual(render("a"), render("b"));
  });
});
