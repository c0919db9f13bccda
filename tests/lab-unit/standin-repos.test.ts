import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeStandinRepos } from "../../lab/standin/repos";

const STANDINS = join(__dirname, "../../lab/standin");
const REPOS = ["sos", "ovis", "maestro"];

describe("the stand-ins' repositories", () => {
  const out = mkdtempSync(join(tmpdir(), "ldms-repos-"));
  before(() => writeStandinRepos(out));
  after(() => rmSync(out, { recursive: true, force: true }));

  for (const [folder, place] of [
    ["bin", "bin"],
    ["sbin", "sbin"],
    ["plugins", "plugins"],
    ["python/ldms_standin", "python"],
    ["python/ldmsd", "ldmsd"],
  ] as const) {
    it(`have each file of ${folder} once`, () => {
      const wanted = readdirSync(join(STANDINS, folder), { withFileTypes: true }).filter((entry) => entry.isFile());
      const found = REPOS.flatMap((repo) => (readdirSync(join(out, repo)).includes(place) ? readdirSync(join(out, repo, place)) : []));
      assert.deepEqual(found.sort(), wanted.map(({ name }) => name).sort());
    });
  }
});
