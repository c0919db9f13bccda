// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are arguments of a Dockerfile.
import assert from "node:assert/strict";
import { planSteps, stepsOfImage } from "../../plan/builds/build-steps";
import { filesOfFeatures } from "../../plan/builds/ovis-features";
import { renderStepsRecipe } from "../../plan/builds/pick-stage";
import { SOURCE_DEFAULTS } from "../../plan/builds/source-defaults";
import { exampleConfig } from "./example-stack";

const stepsOf = (sources: object | undefined) => planSteps(exampleConfig({ images: { source: "build", ...(sources && { sources }) } }));
const scriptOf = (name: string, sources: object) => stepsOf(sources).find((step) => step.name === name)!.script!;
const NO_UI = { numsos: { repo: "" }, "sosdb-ui": { repo: "" }, "sosdb-grafana": { repo: "" } };

describe("planSteps", () => {
  it("has each step stand on what it is linked with, and nothing else", () => {
    assert.deepEqual(
      stepsOf({}).map(({ name, standsOn }) => [name, standsOn]),
      [
        ["ldms-dev", undefined],
        ["maestro", "ldms-dev"],
        ["sos", "ldms-dev"],
        ["ovis", "sos"],
        ["numsos", "sos"],
        ["sosdb-ui", "numsos"],
        ["sosdb-grafana", "sosdb-ui"],
        ["dsosds", "ldms-dev"],
      ],
    );
  });

  it("is empty where the stack names no sources: a folder has the binaries", () => assert.deepEqual(stepsOf(undefined), []));

  it("leaves out a part with an empty repository, and what stood on it stands on what is left", () => {
    const steps = stepsOf({ numsos: { repo: "" } });
    assert.equal(
      steps.find(({ name }) => name === "numsos"),
      undefined,
    );
    assert.equal(steps.find(({ name }) => name === "sosdb-ui")!.standsOn, "sos");
  });

  it("takes the default branch of another repository, and upstream's of its own", () => {
    const sourceOf = (sources: object) => stepsOf(sources).find(({ name }) => name === "ovis")!.source;
    assert.deepEqual(sourceOf({}), { repo: "https://github.com/ovis-hpc/ldms", branch: "v4.5.3" });
    assert.deepEqual(sourceOf({ ovis: { repo: "/home/me/ovis" } }), { repo: "/home/me/ovis", branch: "HEAD" });
    assert.deepEqual(sourceOf({ ovis: { branch: "b4.4" } }), { repo: "https://github.com/ovis-hpc/ldms", branch: "b4.4" });
  });

  it("hands options to configure as single arguments", () => {
    const script = scriptOf("sos", { sos: { options: ["CFLAGS=-O2 -g", "--x=$(id)"] } });
    assert.match(script, /^\.\.\/configure --prefix=\/opt\/ovis 'CFLAGS=-O2 -g' '--x=\$\(id\)'$/m);
  });

  it("asks npm for nothing where the Grafana plugin is bundled already", () => {
    assert.match(scriptOf("dsosds", {}), /^if \[ -e package\.json \] && \[ ! -e dist\/module\.js \]; then npm install /m);
  });

  it("checks each feature that the options ask for", () => {
    const script = scriptOf("ovis", { ovis: { options: ["--enable-sos", "--enable-rdma", "--with-kafka=yes"] } });
    assert.deepEqual(script.match(/^check .*/gm), [
      "check --enable-sos lib/ovis-ldms/libstore_sos.so",
      "check --enable-rdma lib/ovis-ldms/libzap_rdma.so",
      "check --with-kafka=yes lib/ovis-ldms/libstore_kafka.so",
    ]);
  });

  it("pins by default what has no release to a full commit, and ovis to its release", () => {
    const branches = Object.entries(SOURCE_DEFAULTS).map(([name, { branch }]) => [name, /^[0-9a-f]{40}$/.test(branch) || branch]);
    assert.deepEqual(
      branches.filter(([, branch]) => branch !== true),
      [["ovis", "v4.5.3"]],
    );
  });
});

describe("stepsOfImage", () => {
  it("takes for each image the parts that it holds", () => {
    const steps = stepsOf({});
    const images = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"] as const;
    assert.deepEqual(Object.fromEntries(images.map((image) => [image, stepsOfImage(image, steps)])), {
      "ldms-samp": ["ovis"],
      "ldms-agg": ["ovis", "numsos"],
      "ldms-maestro": ["maestro", "ovis"],
      "ldms-ui": ["sosdb-grafana"],
      "ldms-grafana": ["dsosds"],
    });
  });

  it("does without numsos in the aggregator, and names the part that the UI lacks", () => {
    const steps = stepsOf(NO_UI);
    assert.deepEqual(stepsOfImage("ldms-agg", steps), ["ovis"]);
    assert.deepEqual(stepsOfImage("ldms-ui", steps), ["sosdb-grafana"]);
  });
});

describe("filesOfFeatures", () => {
  it("asks for nothing that an option switches off, or that it does not know", () => {
    assert.deepEqual(filesOfFeatures(["--enable-rdma=no", "--with-sos=/opt/ovis", "CFLAGS=-O2", "--enable-sos"]), [
      ["--enable-sos", "lib/ovis-ldms/libstore_sos.so"],
    ]);
  });
});

describe("renderStepsRecipe", () => {
  it("puts the steps' stage in the place of the recipe's own, and leaves the rest", () => {
    const recipe =
      "ARG BASE\n\n# Why.\nFROM scratch AS binaries\nCOPY ovis/ /opt/ovis/\n\nFROM ${BASE}\nCOPY --from=binaries /opt/ovis/ /opt/ovis/\n";
    assert.equal(
      renderStepsRecipe(recipe, ["maestro", "ovis"]),
      `ARG MAESTRO_IMAGE
ARG OVIS_IMAGE
ARG BASE

FROM \${MAESTRO_IMAGE} AS from-maestro
FROM \${OVIS_IMAGE} AS picked
COPY --from=from-maestro /opt/ovis/ /from/maestro/
COPY pick /usr/local/lib/ldms-pick
RUN sh /usr/local/lib/ldms-pick /picked /opt/ovis /from/maestro
FROM scratch AS binaries
COPY --from=picked /picked/ /opt/ovis/

FROM \${BASE}
COPY --from=binaries /opt/ovis/ /opt/ovis/
`,
    );
  });

  it("refuses a recipe without such a stage", () => assert.throws(() => renderStepsRecipe("FROM x\n", ["ovis"]), /no stage `binaries`/));
});
