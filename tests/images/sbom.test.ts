import assert from "node:assert/strict";
import { inventoryImage } from "../../operations/images/image-inventory";
import { renderSpdx } from "../../operations/images/spdx";
import type { ImageName } from "../../plan/model/image";
import { sketchPlan } from "../operations/lab-plan";
import { spdxProblems } from "../operations/spdx-schema";
import { buildImages, imageTag, needEngine, removeAll, runToEnd } from "./engine";

const IMAGES = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana"] as const satisfies readonly ImageName[];
const plan = sketchPlan([], { images: IMAGES.map((name) => ({ name, reference: imageTag(name) })) });

describe("bill of materials", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages(...IMAGES);
  });
  after(removeAll);

  for (const image of IMAGES) {
    it(`of ${image} is SPDX 2.3, with every package that dpkg knows and every file of the tree`, async () => {
      const document = renderSpdx(imageTag(image), await inventoryImage(plan, image), "ldms-test");
      assert.deepEqual(spdxProblems(document), []);
      const list = `dpkg-query --show --showformat '\${Package} \${Version}\\n'; find /opt/ovis /usr/share/ldms -type f ! -name '*.pyc' 2>/dev/null | sed 's/^/./'; true`;
      const known = runToEnd(["--entrypoint", "sh"], image, "-c", list).out.trimEnd().split("\n");
      const told = new Set([
        ...document.packages.map(({ name, versionInfo }) => `${name} ${versionInfo}`),
        ...document.files.map(({ fileName }) => fileName),
      ]);
      assert.ok(known.length > 80);
      assert.deepEqual(
        known.filter((one) => !told.has(one)),
        [],
      );
    });
  }
});
