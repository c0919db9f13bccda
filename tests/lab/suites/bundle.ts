import assert from "node:assert/strict";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../../../lab/docker-cli";
import { LAB_FOLDER, runOnHost } from "../../../lab/lab";
import { inspectAll, nowSeconds, STACK_HOSTS, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { start } from "../ldms-process";
import { SiteNetwork } from "../site-network";

/** From one file to data in the store, by a machine without a route out, without npm, docker and apt. */
export function describeBundle(lab: LabStack): void {
  describe("`ldms bundle`", () => {
    const network = new SiteNetwork();
    let site: string;
    let bundle: string;
    /** Nothing of the caller's: what a program needs must come with the bundle. */
    const environment = () => ({ PATH: "/usr/bin:/bin:/usr/sbin:/sbin", HOME: site, PULUMI_CONFIG_PASSPHRASE: "of the site" });
    const atSite = (argv: readonly string[], folder = site) =>
      start(network.argv(argv), { folder, environment: environment(), timeoutSeconds: 300 }).ended;
    const ldms = (...args: string[]) => atSite(["node", "bin/ldms.js", ...args], join(site, "project"));

    before(async () => {
      // Here, so that a run that leaves this suite out leaves no folder behind.
      site = mkdtempSync(join(tmpdir(), "ldms-site-"));
      bundle = join(site, "lab.bundle");
      await lab.haveStandard();
      // A file of the project's own: a link would stay behind.
      const pins = join(lab.project.path, ".ldms/lab/known_hosts");
      rmSync(pins);
      cpSync(join(LAB_FOLDER, "known_hosts"), pins);
      succeeded(await lab.ldms(["bundle", "create", "-s", "lab", "-o", bundle], { timeoutSeconds: 300 }));
      await lab.haveNothing();
      await Promise.all(STACK_HOSTS.map((host) => runOnHost(host, "docker image prune --all --force >/dev/null", { timeoutSeconds: 120 })));
      await network.create();
    });
    after(async () => {
      if (existsSync(join(site, "project"))) await ldms("destroy", "-s", "lab", "--engine", "embedded", "--yes");
      await network.remove();
      rmSync(site, { recursive: true, force: true });
    });

    it("makes a project of the one file, on a machine without a route out", async () => {
      assert.match(await network.routes(), /^198\.18\.0\.0\/24 dev eth0 [^\n]*$/);
      const { stdout } = succeeded(await atSite(["sh", "-c", `tar -xOf ${bundle} load | sh -s -- ${bundle} --into project`]));
      assert.match(stdout, /the stack lab is ready\. Next:\n {2}cd project\n {2}bring or make: \.ldms\/lab\/id_ed25519\n/);
      assert.equal(existsSync(join(site, "project/.ldms/lab/id_ed25519")), false);
    });

    it("brings data to the store from there, and changes nothing the second time", async () => {
      cpSync(join(LAB_FOLDER, "id_ed25519"), join(site, "project/.ldms/lab/id_ed25519"));
      succeeded(await ldms("up", "-s", "lab", "--engine", "embedded", "--yes", "--no-wait"));
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds(), 60), [1, 2, 3, 4]);
      assert.match(succeeded(await ldms("verify", "-s", "lab", "--wait", "30")).stdout, /4 of 4 samplers in the store/);
      assert.match(succeeded(await ldms("up", "-s", "lab", "--engine", "embedded", "--yes", "--no-wait")).stdout, /\d+ unchanged/);
      assert.equal((await inspectAll()).size, 11);
    });

    it("has ldms-dev with --all-images, and a registry gets it with the others", async () => {
      const all = join(site, "all.bundle");
      const project = join(site, "of-registry");
      succeeded(await lab.ldms(["bundle", "create", "-s", "lab", "-o", all, "--all-images"], { timeoutSeconds: 500 }));
      const registry = ["--registry", "198.18.0.5:5000"];
      const { stdout } = succeeded(
        await lab.ldms(["bundle", "load", all, "--into", project, ...registry, "--json"], { timeoutSeconds: 500 }),
      );
      const { images } = JSON.parse(stdout) as { readonly images: readonly { readonly name: string; readonly reference: string }[] };
      assert.deepEqual(images.map(({ name }) => name).sort(), [
        ..."ldms-agg ldms-dev ldms-grafana ldms-maestro ldms-samp ldms-ui".split(" "),
      ]);
      await docker(["pull", "--quiet", "198.18.0.5:5000/ovishpc/ldms-dev:standin"], 120);
      const plan = await start(["node", "bin/ldms.js", "plan", "-s", "lab"], {
        folder: project,
        environment: environment(),
        timeoutSeconds: 60,
      }).ended;
      assert.match(succeeded(plan).stdout, /ovishpc\/ldms-samp:standin@sha256:[0-9a-f]{64}/);
    });

    it("opens the ldms-dev that it brought, from the registry and from the archives", async () => {
      succeeded(await lab.ldms(["bundle", "load", join(site, "all.bundle"), "--into", join(site, "of-archives")], { timeoutSeconds: 500 }));
      for (const name of ["of-registry", "of-archives"]) {
        const folder = join(site, name);
        const stackFile = join(folder, "Pulumi.lab.yaml");
        // With this base it cannot be built.
        const text = readFileSync(stackFile, "utf8").replace(
          /^( *)source: "(registry|archive)"$/m,
          "$&\n$1base: 198.18.0.5:5000/none:none",
        );
        writeFileSync(stackFile, text);
        assert.match(text, /none:none/);
        const argv = ["node", "bin/ldms.js", "images", "shell", "-s", "lab", "--", "-c", "command -v gcc"] as const;
        const shell = succeeded(await start(argv, { folder, environment: environment(), timeoutSeconds: 300 }).ended);
        assert.equal(shell.stdout.trim(), "/usr/bin/gcc");
        assert.match(shell.stderr, /^sources\.ovis: /m);
      }
    });
  });
}
