import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";

const IMAGES = path.join(__dirname, "../../images");
const LISTS = fs.readdirSync(IMAGES).filter((folder) => fs.existsSync(path.join(IMAGES, folder, "packages")));
const linesOf = (folder: string) =>
  fs
    .readFileSync(path.join(IMAGES, folder, "packages"), "utf8")
    .trimEnd()
    .split("\n")
    .filter((line) => !line.startsWith("#"));

describe("images/*/packages", () => {
  for (const folder of LISTS) {
    it(`${folder} says of each package what needs it`, () => {
      assert.deepEqual(
        linesOf(folder).filter((line) => !/^[a-z0-9.+-]+(\|[a-z0-9.+-]+)*: .{5,}$/.test(line)),
        [],
      );
    });
  }

  it("names no package twice in one image", () => {
    const names = (folder: string) => linesOf(folder).map((line) => line.split(":")[0]!);
    for (const folder of LISTS.filter((name) => name !== "common")) {
      const all = [...(folder === "ldms-dev" ? [] : names("common")), ...names(folder)];
      assert.deepEqual(all.length, new Set(all).size, folder);
    }
  });

  it("every recipe that installs packages has a list", () => {
    const recipes = fs.readdirSync(IMAGES).filter((folder) => fs.existsSync(path.join(IMAGES, folder, "Dockerfile")));
    const installing = recipes.filter((folder) =>
      fs.readFileSync(path.join(IMAGES, folder, "Dockerfile"), "utf8").includes("install-packages"),
    );
    assert.deepEqual(installing, ["ldms-agg", "ldms-dev", "ldms-maestro", "ldms-samp", "ldms-ui"]);
    assert.deepEqual(LISTS, ["common", "ldms-agg", "ldms-dev", "ldms-maestro", "ldms-ui"]);
  });
});
