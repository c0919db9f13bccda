import assert from "node:assert/strict";
import { labelArgs } from "../../plan/images/image-labels";
import { fullReference, mirrorReference, planImages, pullReference } from "../../plan/images/plan-images";
import { exampleConfig } from "./example-stack";

const DIGEST = `sha256:${"a".repeat(64)}`;
const imagesOf = (images: object) => planImages(exampleConfig({ images }), ["ldms-samp", "ldms-grafana", "ldms-samp"]);

describe("planImages", () => {
  it("names each image once, sorted, as upstream does", () => {
    assert.deepEqual(imagesOf({}), [
      { name: "ldms-grafana", reference: "ovishpc/ldms-grafana:4.5.3" },
      { name: "ldms-samp", reference: "ovishpc/ldms-samp:4.5.3" },
    ]);
  });

  it("puts the site's registry, namespace and tag in their places, and the locked digest beside", () => {
    const [, samp] = imagesOf({ registry: "reg.site:5000", namespace: "mon/ldms", tag: "v1", digests: { "ldms-samp": DIGEST } });
    assert.deepEqual(samp, { name: "ldms-samp", reference: "reg.site:5000/mon/ldms/ldms-samp:v1", digest: DIGEST });
  });

  it("takes a whole reference as it stands, its digest apart", () => {
    const [, samp] = imagesOf({ source: "build", references: { "ldms-samp": `quay.io/site/sampler:7@${DIGEST}` } });
    assert.deepEqual(samp, { name: "ldms-samp", reference: "quay.io/site/sampler:7", digest: DIGEST });
  });

  it("builds each on its own base", () => {
    const [grafana, samp] = imagesOf({
      source: "build",
      base: "rocky:9",
      grafanaBase: "grafana:11",
      ovis: "/srv/ovis",
      registry: "reg:5000",
    });
    assert.deepEqual(samp, {
      name: "ldms-samp",
      reference: "reg:5000/ovishpc/ldms-samp:4.5.3",
      build: {
        recipe: "images/ldms-samp",
        context: ".ldms/contexts/cygnus/ldms-samp",
        ovis: "/srv/ovis",
        platform: "linux/amd64",
        args: { BASE_IMAGE: "rocky:9", IMAGE_VERSION: "4.5.3" },
      },
    });
    assert.deepEqual(grafana!.build!.args, { GRAFANA_BASE: "grafana:11", IMAGE_VERSION: "4.5.3" });
  });
});

describe("labelArgs", () => {
  it("has the source that the image is named after, where the stack says what is built", () => {
    const sources = { ovis: { repo: "https://git.site/ldms", branch: "v4.5.3" }, dsosds: { repo: "../dsosds", branch: "main" } };
    const [grafana, samp] = imagesOf({ source: "build", sources });
    const label = { IMAGE_VERSION: "4.5.3", IMAGE_REVISION: "v4.5.3", IMAGE_SOURCE: "https://git.site/ldms" };
    assert.deepEqual(samp!.build!.args, { BASE_IMAGE: "debian:bookworm-slim", ...label });
    assert.deepEqual(grafana!.build!.args, {
      GRAFANA_BASE: "grafana/grafana-oss:9.1.0-ubuntu",
      IMAGE_VERSION: "4.5.3",
      IMAGE_REVISION: "main",
    });
  });

  it("says of a public source what it is, and of a folder its revision only", () => {
    const revision = { IMAGE_VERSION: "1", IMAGE_REVISION: "v4.5.3" };
    const source = "https://github.com/ovis-hpc/ldms";
    assert.deepEqual(labelArgs("1", { repo: source, branch: "v4.5.3" }), { ...revision, IMAGE_SOURCE: source });
    assert.deepEqual(labelArgs("1", { repo: "git@site:ldms", branch: "v4.5.3" }), { ...revision, IMAGE_SOURCE: "git@site:ldms" });
    for (const repo of ["/home/me/ldms", "../ldms", "file:///home/me/ldms"]) {
      assert.deepEqual(labelArgs("1", { repo, branch: "v4.5.3" }), revision);
    }
    assert.deepEqual(labelArgs("1", { repo: source, branch: "HEAD" }), { IMAGE_VERSION: "1", IMAGE_SOURCE: source });
  });
});

describe("fullReference", () => {
  it("adds the digest where one is known", () => {
    assert.equal(fullReference({ name: "ldms-samp", reference: "a/b:1" }), "a/b:1");
    assert.equal(fullReference({ name: "ldms-samp", reference: "a/b:1", digest: DIGEST }), `a/b:1@${DIGEST}`);
  });
});

describe("pullReference", () => {
  it("is by digest alone where one is known", () => {
    assert.equal(pullReference({ name: "ldms-samp", reference: "reg:5000/a/b" }), "reg:5000/a/b");
    assert.equal(pullReference({ name: "ldms-samp", reference: "reg:5000/a/b:1", digest: DIGEST }), `reg:5000/a/b@${DIGEST}`);
  });
});

describe("mirrorReference", () => {
  it("takes the place of the registry, and is put before a name of Docker Hub", () => {
    assert.equal(mirrorReference(`reg.site:5000/mon/samp@${DIGEST}`, "rack1:5000"), `rack1:5000/mon/samp@${DIGEST}`);
    assert.equal(mirrorReference("localhost/samp:1", "rack1:5000"), "rack1:5000/samp:1");
    assert.equal(mirrorReference("Site/samp:1", "rack1:5000"), "rack1:5000/samp:1");
    assert.equal(mirrorReference("ovishpc/ldms-samp:4.5.3", "rack1:5000"), "rack1:5000/ovishpc/ldms-samp:4.5.3");
    assert.equal(mirrorReference("ovishpc/ldms-samp:4.5.3", undefined), "ovishpc/ldms-samp:4.5.3");
  });
});
