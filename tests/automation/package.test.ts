import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { parse } from "yaml";
import { needPulumi, PULUMI_FOLDER, QUIET_PULUMI } from "../lab/find-pulumi";
import { assertServesPage, PortalProcess } from "../portal/portal-process";
import { PackageFolder, plainEnvironment } from "./package-folder";

const LIMIT_SECONDS = 120;
const TSC = require.resolve("typescript/bin/tsc");
const CONFIG = { ...(parse(readFileSync(join(__dirname, "../../Pulumi.cygnus.yaml"), "utf8")) as { config: object }).config };

const PORTAL = `import { type EngineEvent, openSite, type RunResult, type Site, StepFailedError } from "ldms";
import program = require("ldms/program");
export async function deploy(): Promise<RunResult> {
  const site: Site = await openSite({ folder: "work", stack: "cygnus", config: { xprt: "sock" } });
  const run = site.up();
  const events: EngineEvent[] = [];
  for await (const event of run) events.push(event);
  const hosts: number = (await site.plan()).plan.hosts.length;
  // @ts-expect-error there is no such option
  site.up({ nonsense: true });
  void [hosts, program, StepFailedError];
  return run.result;
}
`;

const PREVIEW = `const { openSite, POLICY_PACK } = require("ldms");
const config = Object.fromEntries(Object.entries(${JSON.stringify(CONFIG)}).map(([key, value]) => [key.replace("ldms:", ""), value]));
(async () => {
  const place = { folder: "work", backendUrl: "file://" + process.cwd(), passphrase: "p" };
  const site = await openSite({ ...place, stack: "cygnus", config, engine: process.argv[2] });
  const { changes, steps, violations } = await site.preview({ policyPacks: [POLICY_PACK] }).result;
  const containers = steps.filter(({ type }) => type === "docker:index/container:Container").length;
  console.log(JSON.stringify({ engine: site.engine, changes, containers, isJudged: violations.length > 0 }));
})();
`;

// That npm finds all of it, and that it deploys: tests/full/package.test.ts.
describe("the tarball of `npm run package`", function () {
  this.timeout(LIMIT_SECONDS * 1000);
  const folder = new PackageFolder();

  before(async function () {
    this.timeout(300_000);
    await folder.unpack();
    folder.write("preview.js", PREVIEW);
    folder.writeProject();
    folder.write("Pulumi.cygnus.yaml", readFileSync(join(folder.installed, "Pulumi.cygnus.yaml"), "utf8"));
  });
  after(() => folder.remove());

  async function run(argv: readonly [string, ...string[]], environment: Readonly<Record<string, string>> = {}): Promise<string> {
    const { code, stdout, stderr } = await folder.run(argv, LIMIT_SECONDS, environment);
    assert.equal(code, 0, stdout + stderr);
    assert.doesNotMatch(stderr, /Warning/);
    return stdout;
  }

  it("has what was compiled, what that reads, and what people read", () => {
    assert.deepEqual(readdirSync(folder.installed).sort(), [
      ...[
        "CHANGELOG.md",
        "LICENSE",
        "Pulumi.cygnus.yaml",
        "README.md",
        "bin",
        "dist",
        "docs",
        "examples",
        "package.json",
        "stack-file.schema.json",
      ],
    ]);
    const files = readdirSync(folder.installed, { recursive: true }).map(String);
    const sources = files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts") && !file.startsWith("examples/"));
    assert.deepEqual(sources, []);
    for (const file of [
      "images/common/ldmsd-entrypoint",
      "policies/PulumiPolicy.yaml",
      "engine/children/child-bootstrap.cjs",
      "engine/children/child-begin.cjs",
    ])
      assert.ok(files.includes(`dist/${file}`), file);
  });

  it("is loaded by `require` and by `import`", async () => {
    folder.write("a.cjs", 'console.log(typeof require("ldms").openSite, typeof require("ldms/program"));');
    folder.write("a.mjs", 'import { ConfigError, openSite } from "ldms"; console.log(typeof openSite, ConfigError.name);');
    assert.equal(await run([process.execPath, "a.cjs"]), "function function\n");
    assert.equal(await run([process.execPath, "a.mjs"]), "function ConfigError\n");
  });

  for (const resolution of ["node16", "bundler"]) {
    it(`has types for a strict program that checks its libraries too, under \`moduleResolution: ${resolution}\``, async () => {
      folder.write("portal.ts", PORTAL);
      const module = resolution === "node16" ? "node16" : "commonjs";
      const options = ["--strict", "--skipLibCheck", "false", "--target", "es2022", "--module", module, "--moduleResolution", resolution];
      await run([process.execPath, TSC, "--noEmit", ...options, "portal.ts"]);
    });
  }

  it("previews a config object under its own policies, on the embedded engine", async () => {
    const result = { engine: "embedded", changes: { create: 54 }, containers: 11, isJudged: true };
    assert.deepEqual(JSON.parse(await run([process.execPath, "preview.js", "embedded"])), result);
  });

  it("previews the same on `pulumi`", async function () {
    needPulumi.call(this, "previews on the embedded engine, and does not prove that the real CLI runs the compiled program");
    const environment = {
      ...QUIET_PULUMI,
      PATH: `${PULUMI_FOLDER}${delimiter}${process.env["PATH"]}`,
      PULUMI_HOME: join(folder.path, "home"),
    };
    const result = { engine: "pulumi", changes: { create: 54 }, containers: 11, isJudged: true };
    assert.deepEqual(JSON.parse(await run([process.execPath, "preview.js", "pulumi"], environment)), result);
  });

  it("has the command `ldms`, which runs a project that is two files and a stack file", async () => {
    const environment = { PULUMI_BACKEND_URL: `file://${folder.path}`, PULUMI_CONFIG_PASSPHRASE: "p" };
    const ldms = join(folder.installed, "bin/ldms.js");
    assert.match(await run([process.execPath, ldms, "policy", "-s", "cygnus"], environment), /^cygnus: 0 mandatory/);
    const bundle = await folder.run(
      [process.execPath, ldms, "bundle", "create", "-s", "cygnus", "-o", "a.bundle"],
      LIMIT_SECONDS,
      environment,
    );
    assert.match(bundle.stderr, /^bundle: takes a checkout of ldms along, and this folder is none/);
  });

  it("has the portal's page built in, and serves it without a network", async () => {
    const environment = { ...plainEnvironment(), PULUMI_BACKEND_URL: `file://${folder.path}`, PULUMI_CONFIG_PASSPHRASE: "p" };
    const ldms = [process.execPath, join(folder.installed, "bin/ldms.js")];
    const portal = await PortalProcess.start({ folder: folder.path, environment, ldms, stack: "cygnus" });
    try {
      await assertServesPage(portal, "cygnus");
    } finally {
      assert.equal(await portal.end(), 0);
    }
  });
});
