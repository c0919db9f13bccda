import { join } from "node:path";
import { writeStandinRepos } from "../../../lab/standin/repos";
import { type LabStack, succeeded } from "../lab-stack";
import { fromSource, SOURCE_REPOS } from "../variants";

/** From repositories to data. What the build itself promises is in tests/full/images-from-source.test.ts, which runs before and fills the builder's cache. */
export function describeFromSource(lab: LabStack): void {
  describe("binaries built from their repositories", () => {
    it("bring every sampler's data into the store", async () => {
      await writeStandinRepos(join(lab.project.path, SOURCE_REPOS));
      succeeded(await lab.up(fromSource()));
      succeeded(await lab.ldms(["verify", "-s", "lab", "--wait", "60"]));
    });
  });
}
