import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { ConfigError, HostsNotReadyError, openSite, PassphraseError, POLICY_PACK, type Site } from "../../automation";
import { listContainers } from "../../plan/model/deployment-plan";
import { withPrograms } from "../operations/fake-programs";

const CYGNUS = parse(readFileSync(join(__dirname, "../../Pulumi.cygnus.yaml"), "utf8")) as { readonly config: Record<string, unknown> };
const CONFIG = Object.fromEntries(Object.entries(CYGNUS.config).map(([key, value]) => [key.replace(/^ldms:/, ""), value]));

// The hosts of `cygnus` do not exist here: what is shown is what needs none.
describe("openSite", function () {
  this.timeout(120_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-site-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function open(config: Readonly<Record<string, unknown>> = CONFIG, stack = "cygnus"): Promise<Site> {
    const work = join(folder, stack);
    return openSite({ stack, folder: work, config, backendUrl: `file://${folder}/state`, passphrase: "p", engine: "embedded" });
  }

  it("has the plan of a config object, and the rules that it breaks, as data", async () => {
    const { plan, violations } = await (await open()).plan();
    assert.equal(listContainers(plan).length, 11);
    assert.deepEqual(
      violations.filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived),
      [],
    );
  });

  it("previews a config object under the package's own policies", async () => {
    const run = (await open()).preview({ policyPacks: [POLICY_PACK] });
    const { steps, changes, violations } = await run.result;
    assert.equal(steps.filter(({ type, op }) => op === "create" && type === "docker:index/container:Container").length, 11);
    assert.equal(changes["create"], steps.length);
    assert.ok(violations.every(({ enforcement }) => enforcement === "advisory"));
  });

  it("takes the passphrase of the environment where it is given none", async () => {
    const { PULUMI_CONFIG_PASSPHRASE: before } = process.env;
    process.env["PULUMI_CONFIG_PASSPHRASE"] = "of the environment";
    try {
      const place = { stack: "cygnus", folder: join(folder, "work"), backendUrl: `file://${folder}/state`, engine: "embedded" } as const;
      const args = {
        ...place,
        config: { ...CONFIG, munge: { mode: "key" } },
        secrets: { mungeKey: Buffer.alloc(1024, "k1").toString("base64") },
      };
      await (await openSite(args)).plan();
      await assert.rejects((await openSite({ ...place, passphrase: "another" })).plan(), PassphraseError);
    } finally {
      if (before === undefined) delete process.env["PULUMI_CONFIG_PASSPHRASE"];
      else process.env["PULUMI_CONFIG_PASSPHRASE"] = before;
    }
  });

  it("previews several sites at once, each its own", async () => {
    const sites = await Promise.all([open(CONFIG, "one"), open({ ...CONFIG, grafana: undefined }, "two")]);
    const results = await Promise.all(sites.map((site) => site.preview().result));
    assert.deepEqual(
      results.map(({ steps }) => steps.filter(({ type }) => type === "docker:index/container:Container").length),
      [11, 10],
    );
  });

  it("names every problem of a bad configuration, by path", async () => {
    const run = (await open({ ...CONFIG, xprt: "carrier-pigeon", prots: {} })).up();
    await assert.rejects(run.result, (error) => {
      assert.ok(error instanceof ConfigError, String(error));
      const text = error.problems.map(({ path, message }) => `${path}: ${message}`).join("\n");
      assert.equal(error.problems.length, 2, text);
      assert.match(text, /^xprt: /m);
      assert.match(text, /`?prots`?/);
      return true;
    });
  });

  it("reaches the hosts with the key and the known hosts of its folder, wherever this process runs", async () => {
    const site = await open({ ...CONFIG, ssh: { key: "keys/id", knownHosts: "known_hosts" } });
    mkdirSync(join(folder, "cygnus/keys"));
    writeFileSync(join(folder, "cygnus/keys/id"), "-----BEGIN OPENSSH PRIVATE KEY-----\n");
    writeFileSync(join(folder, "cygnus/known_hosts"), "");
    const ssh = "[ -f keys/id ] && [ -f known_hosts ] && echo 'both are there' >&2; exit 255";
    const reasons = await withPrograms({ ssh }, () =>
      site.up().result.then(
        () => [],
        (error: HostsNotReadyError) => error.hosts.flatMap(({ problems }) => problems.map(({ message }) => message)),
      ),
    );
    assert.deepEqual([...new Set(reasons)], ["unreachable: both are there"]);
  });

  it("changes nothing where hosts do not answer, and names each", async () => {
    const site = await open();
    await assert.rejects(site.up().result, (error) => {
      assert.ok(error instanceof HostsNotReadyError, String(error));
      assert.equal(error.hosts.length, 7);
      assert.ok(error.hosts.every(({ state }) => state === "dead"));
      return true;
    });
    assert.equal(existsSync(join(folder, "state/.pulumi/stacks")), false);
  });
});
