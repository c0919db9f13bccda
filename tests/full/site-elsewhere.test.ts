import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSite, type Site } from "../../automation";
import { docker } from "../../lab/docker-cli";
import { LAB_FILES } from "../../lab/lab";
import { standinSources, writeStandinRepos } from "../../lab/standin/repos";
import { isAllWell } from "../../operations/observe/status";
import { isVerified } from "../../operations/observe/verify";
import { listContainers } from "../../plan/model/deployment-plan";
import { runProcess } from "../../processes/run-process";
import { FAN_OUT } from "../lab/fan-out-stack";
import { changedPlaces, containerIds, STACK_HOSTS } from "../lab/lab-facts";
import { LabStack } from "../lab/lab-stack";
import { SOURCE_REPOS } from "../lab/variants";
import { needLab } from "../operations/on-lab/need-lab";
import { documentedMethods } from "../unit/site-methods";

const DEV = "198.18.0.5:5000/ovishpc/ldms-dev:standin";

// Every path of the stack file is relative: ssh key, known hosts, binaries, sources.
describe("Site, from another working directory than its project's", function () {
  this.timeout(600_000);
  const began = process.cwd();
  let lab: LabStack;
  let elsewhere: string;
  let site: Site;
  /** Where calls put the files that they are asked for. */
  let results: string;

  before(async function () {
    await needLab.call(this);
    lab = new LabStack();
    await lab.prepare();
    lab.project.writeStackFile("lab", { "ldms:munge": { mode: "key" } });
    results = mkdtempSync(join(tmpdir(), "ldms-results-"));
    elsewhere = mkdtempSync(join(tmpdir(), "ldms-elsewhere-"));
    process.chdir(elsewhere);
    site = await open("lab");
  });
  after(async () => {
    process.chdir(began);
    for (const folder of [elsewhere, results]) if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    await lab?.remove();
  });

  function open(stack: string): Promise<Site> {
    const passphrase = readFileSync(LAB_FILES.passphrase, "utf8").trim();
    return openSite({ folder: lab.project.path, stack, backendUrl: `file://${lab.project.stateFolder}`, passphrase, engine: "embedded" });
  }

  /** Images as a site takes them from a registry, and sources beside the project's other files. */
  function openImages(): Promise<Site> {
    const images = { registry: "198.18.0.5:5000", tag: "standin", source: "registry", sources: standinSources(SOURCE_REPOS) };
    lab.project.writeStackFile("images", { "ldms:images": images });
    return open("images");
  }

  const CALLS: Readonly<Record<string, () => Promise<void>>> = {
    "mungeKey.generate": async () => {
      await site.mungeKey.generate();
      await assert.rejects(site.mungeKey.generate(), /^BadInputError: mungeKey: is set already/);
    },
    "config.get": async () => assert.equal((await site.config.get("mungeKey")).isSecret, true),
    "config.set": async () => {
      await site.config.set("tolerate", { value: "1", isSecret: false });
      assert.deepEqual(await site.config.get("tolerate"), { value: "1", isSecret: false });
    },
    "config.read": async () => assert.match((await site.config.read()).text, /^ {2}ldms:tolerate: "?1"?$/m),
    "config.check": async () => {
      const { text } = await site.config.read();
      assert.deepEqual(await site.config.check(text), []);
      assert.match((await site.config.check(text.replace("ldms:xprt: sock", "ldms:xprt: wire")))[0]?.path ?? "", /^xprt/);
    },
    "config.replace": async () => {
      const before = await site.config.read();
      const changed = await site.config.replace({ ...before, text: `# looked at\n${before.text}` });
      assert.match(readFileSync(lab.project.stackFile("lab"), "utf8"), /^# looked at$/m);
      await site.config.replace({ ...changed, text: before.text });
    },
    "hosts.trust": async () => {
      const [trusted] = await site.hosts.trust({ confirm: async () => assert.fail("every key is known") });
      assert.deepEqual(trusted, { file: ".ldms/lab/known_hosts", isDeclined: false, hosts: STACK_HOSTS, silent: [] });
    },
    plan: async () => assert.equal(listContainers((await site.plan()).plan).length, 11),
    scale: async () => assert.equal((await site.scale()).hosts, 7),
    policy: async () => {
      const { violations } = await site.policy();
      assert.deepEqual(
        violations.filter(({ enforcement, waived }) => enforcement === "mandatory" && !waived),
        [],
      );
    },
    preflight: async () => {
      const { verdict, hosts } = await site.preflight();
      assert.deepEqual(verdict, { decision: "go", skipped: [] }, JSON.stringify(hosts));
    },
    "images.build": async () => {
      lab.touch();
      assert.equal((await (await site.images.build()).result).skippedHosts.length, 0);
    },
    "images.lost": async () => assert.deepEqual(await site.images.lost(), []),
    preview: async () => {
      const { steps } = await site.preview().result;
      assert.equal(steps.filter(({ op, type }) => op === "create" && type === "docker:index/container:Container").length, 11);
    },
    up: async () => {
      const { data } = await site.up({ waitSeconds: 90 }).result;
      assert.equal(data?.isWell, true, JSON.stringify(data));
    },
    status: async () => assert.ok(isAllWell(await site.status({ waitSeconds: 60 }))),
    verify: async () => assert.ok(isVerified(await site.verify({ waitSeconds: 30 }))),
    drift: async () => {
      const { differences, answered } = await site.drift();
      assert.deepEqual([differences, answered], [[], 7]);
    },
    audit: async () => assert.deepEqual((await site.audit()).unknown, []),
    controller: async () => {
      const { argv, folder } = await site.controller({ host: "cygnus-05", isTerminal: false });
      const { stdout } = await runProcess(argv, { folder, stdin: "prdcr_status\n", timeoutSeconds: 30 });
      assert.match(stdout, /cygnus-01/);
    },
    tunnel: async () => {
      const tunnel = await site.tunnel("grafana");
      assert.equal((await fetch(tunnel.url)).status, 200);
      await tunnel.close();
    },
    topology: async () => {
      const { nodes } = await site.topology({ rates: { seconds: 5 } });
      assert.ok(
        nodes.some(({ name }) => name === "agg1"),
        JSON.stringify(nodes),
      );
    },
    exec: async () => {
      const { results } = await site.exec({ hosts: "cygnus-[05-07]", command: ["hostname"] });
      assert.deepEqual(
        results.map(({ host, output, exitCode }) => [host, output, exitCode]),
        ["cygnus-05", "cygnus-06", "cygnus-07"].map((host) => [host, host, 0]),
      );
    },
    logs: async () => {
      const { results } = await site.logs({ container: "samp", tail: 1 });
      assert.deepEqual(
        results.map(({ host, exitCode }) => [host, exitCode]),
        STACK_HOSTS.slice(0, 4).map((host) => [host, 0]),
      );
    },
    followLogs: async () => {
      const ended = new AbortController();
      const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(30_000)]);
      const onEnd = ({ host }: { readonly host: string }, reason: string) => assert.fail(`${host}: ${reason}`);
      let place: object | undefined;
      const onLine = (from: object) => {
        place = from;
        ended.abort();
      };
      await site.followLogs({ hosts: "cygnus-07", container: "maestro", tail: 1, onLine, onEnd, signal });
      assert.deepEqual(place, { host: "cygnus-07", container: "maestro" });
    },
    adopt: async () => {
      const { containers } = await site.adopt();
      assert.equal(containers.length, 11);
    },
    outputs: async () => assert.equal((await site.outputs())["grafana"], "http://198.18.0.17:3000"),
    locks: async () => assert.deepEqual(await site.locks(), []),
    members: async () => assert.deepEqual([...(await site.members()).values()].map((daemons) => daemons.length).sort(), [1, 2, 4]),
    history: async () => {
      const [act, ...before] = await site.history();
      assert.deepEqual([act?.kind, act?.result], ["exec", "done"]);
      assert.equal(before.find(({ run }) => run !== undefined)?.result, "succeeded");
    },
    runDetails: async () => {
      const newest = (await site.history()).find(({ run }) => run !== undefined);
      assert.deepEqual((await site.runDetails(newest!.run!)).failures, []);
    },
    rollbackCandidates: async () => assert.ok((await site.rollbackCandidates()).length > 0),
    rollback: async () => {
      const before = await containerIds();
      const [back] = await site.rollbackCandidates();
      assert.equal((await site.rollback(back!.run!).result).skippedHosts.length, 0);
      assert.deepEqual(changedPlaces(before, await containerIds()), []);
    },
    "mungeKey.check": async () => assert.equal((await site.mungeKey.check()).isAgreed, true),
    "mungeKey.rotate": async () => {
      const said: string[] = [];
      const before = await containerIds();
      const { outcome } = await site.mungeKey.rotate({ say: (text) => said.push(text) });
      assert.equal(outcome, "done", said.join("\n"));
      assert.deepEqual(changedPlaces(before, await containerIds()), []);
    },
    refresh: async () => {
      await site.refresh().result;
      assert.deepEqual((await site.preview().result).steps, []);
    },
    export: async () => assert.equal((await site.export()).version, 3),
    import: async () => {
      const before = await site.export();
      await site.import(JSON.stringify(before));
      assert.deepEqual(await site.export(), before);
    },
    move: async () => {
      const before = await containerIds();
      const file = lab.project.stackFile("lab");
      const text = readFileSync(file, "utf8");
      lab.project.writeStackFile("lab", { ...FAN_OUT, "ldms:method": undefined });
      assert.equal((await site.move("fan-out")).isMoved, true);
      assert.equal((await site.plan()).plan.method, "fan-out");
      assert.equal((await site.move("docker")).isMoved, true);
      writeFileSync(file, text);
      await site.up().result;
      assert.deepEqual(changedPlaces(before, await containerIds()), []);
    },
    "images.lock": async () => {
      const images = await openImages();
      const { locked, leftOut } = await images.images.lock();
      assert.deepEqual([locked.length, leftOut], [5, []]);
      assert.match(readFileSync(lab.project.stackFile("images"), "utf8"), /sha256:/);
    },
    "images.sbom": async () => assert.equal((await site.images.sbom("ldms-samp")).spdxVersion, "SPDX-2.3"),
    "images.save": async () => {
      const files = await site.images.save(join(results, "archives"));
      assert.deepEqual(readdirSync(join(results, "archives")).length, files.length);
    },
    "images.package": async () => {
      const { reference, imageId } = await site.images.package("ldms-samp", ".ldms/lab/ovis");
      assert.match(`${reference} ${imageId}`, /\/ldms-samp:standin sha256:[0-9a-f]{64}$/);
    },
    "images.shell": async () => {
      // What it does in ldms-dev is in tests/full/images-from-source.test.ts: here any image has its name.
      await docker(["tag", "198.18.0.5:5000/ovishpc/ldms-samp:standin", DEV]);
      await writeStandinRepos(join(lab.project.path, SOURCE_REPOS));
      const { argv, folder, sources, missing, close } = await (await openImages()).images.shell({ argv: ["-c", "true"] });
      close();
      await docker(["rmi", DEV]);
      assert.deepEqual([folder, sources, missing], [lab.project.path, join(lab.project.path, ".ldms/shell/images"), []]);
      assert.ok(existsSync(join(sources, "ovis")));
      assert.ok(argv.includes(`${sources}:/usr/src`));
    },
    "bundle.create": async () => {
      const { index } = await site.bundle.create({ output: join(results, "lab.bundle") });
      assert.deepEqual([index.stack, index.ownFiles], ["lab", []]);
    },
    // These images are built here, and the hosts are in the stack file: what each does where it may is in tests of its own.
    upgrade: async () => assert.rejects(site.upgrade({ to: "other" }), /^BadInputError: .*no image/),
    upgradeStatus: async () => assert.equal(await site.upgradeStatus(), undefined),
    pauseUpgrade: async () => assert.rejects(site.pauseUpgrade(), /^BadInputError: upgrade: none is under way/),
    resumeUpgrade: async () => assert.rejects(site.resumeUpgrade(), /^BadInputError: upgrade: there is none/),
    abortUpgrade: async () => assert.rejects(site.abortUpgrade(), /^BadInputError: upgrade: there is none/),
    forget: async () =>
      assert.rejects(site.forget({ hosts: "cygnus-02" }), /^BadInputError: forget: Pulumi\.lab\.yaml still names cygnus-02/),
    removeLocks: async () => assert.deepEqual(await site.removeLocks(), []),
    cancel: async () => assert.deepEqual(await site.cancel(), []),
    destroy: async () => {
      await site.destroy().result;
      assert.deepEqual(await containerIds(), {});
    },
  };

  for (const [method, call] of Object.entries(CALLS)) it(`does ${method}`, call);

  it("was asked for each of its methods", () => assert.deepEqual(Object.keys(CALLS).sort(), [...documentedMethods()].sort()));

  it("left nothing where the process runs", () => assert.deepEqual(readdirSync(elsewhere), []));
});
