import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { packProject } from "../../operations/bundle/project";
import { BUILT_PAGE } from "../../operations/common/project-parts";
import { runProcess } from "../../processes/run-process";
import { assertServesPage, PortalProcess } from "./portal-process";

const REPOSITORY = resolve(__dirname, "../..");
const STACK = "cygnus";

// As a site without internet gets it: packages for development, which build the page, are not there.
describe("`ldms portal` of a bundle's project, without a network", function () {
  this.timeout(300_000);
  let folder: string;
  let portal: PortalProcess | undefined;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "ldms-bundled-"));
    const archive = join(folder, "project.tar.zst");
    await packProject(REPOSITORY, [], archive);
    assert.ok(!existsSync(`${archive}.page`));
    const { code, stderr } = await runProcess(["tar", "--directory", folder, "-xf", archive], { timeoutSeconds: 60 });
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    await portal?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it("serves the page that was built when the bundle was made", async () => {
    assert.ok(!existsSync(join(folder, "node_modules/vite")));
    const { PATH = "", HOME = "" } = process.env;
    const environment = { PATH, HOME, PULUMI_BACKEND_URL: `file://${folder}`, PULUMI_CONFIG_PASSPHRASE: "p" };
    portal = await PortalProcess.start({ folder, environment, stack: STACK, ldms: [process.execPath, "bin/ldms.js"] });
    assert.doesNotMatch(portal.said(), /building the page/);
    await assertServesPage(portal, STACK);
    assert.equal(await portal.end(), 0);
  });

  it("is in a bundle that is made of it", async () => {
    const again = join(folder, "again.tar.zst");
    await packProject(folder, [], again);
    const { stdout } = await runProcess(["tar", "-xOf", again, `${BUILT_PAGE}/index.html`], { timeoutSeconds: 60 });
    assert.equal(stdout, readFileSync(join(folder, BUILT_PAGE, "index.html"), "utf8").trimEnd());
  });
});
