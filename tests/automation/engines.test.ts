import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CancelledError, LockHeldError, PassphraseError, PolicyViolationError, StepFailedError } from "../../automation";
import { EmbeddedEngine } from "../../automation/embedded-engine";
import { PulumiEngine } from "../../automation/pulumi-engine";
import { SiteRun } from "../../automation/site-run";
import type { EngineRunArgs, StackEngine } from "../../automation/stack-engine";
import type { EngineEvent } from "../../engine/events/events";
import type { StackLocation } from "../../stack/open-stack";
import { PASSPHRASE, TestStack } from "../engine/test-stack";
import { needPulumi } from "../lab/find-pulumi";
import { putPulumiOnPath } from "./real-pulumi";

const HEAD = `import * as pulumi from "@pulumi/pulumi";
import { local } from "@pulumi/command";
class C extends local.Command {
  constructor(name: string, args: object, opts?: pulumi.CustomResourceOptions) { super(name, { addPreviousOutputInEnv: false, ...args }, opts); }
}
`;

const ENGINES: Readonly<Record<string, (location: StackLocation) => StackEngine>> = {
  embedded: (location) => new EmbeddedEngine(location),
  pulumi: (location) => new PulumiEngine(location),
};

for (const [name, open] of Object.entries(ENGINES)) {
  describe(`the contract of both engines: ${name}`, function () {
    this.timeout(300_000);
    let project: TestStack;
    let engine: StackEngine;

    let putBack: (() => void) | undefined;

    before(function () {
      if (name !== "pulumi") return;
      needPulumi.call(this, "is the same contract on the embedded engine");
      putBack = putPulumiOnPath();
    });
    after(() => putBack?.());
    beforeEach(() => {
      project = new TestStack();
      mkdirSync(join(project.folder, "backend"));
      engine = openWith(PASSPHRASE);
    });
    afterEach(() => project?.close());

    function openWith(passphrase: string | undefined): StackEngine {
      return open({ projectFolder: project.projectFolder, stack: "dev", backendUrl: project.backendUrl, passphrase });
    }

    function program(body: string): void {
      writeFileSync(join(project.projectFolder, "index.ts"), HEAD + body);
    }

    function start(verb: EngineRunArgs["verb"], more: Partial<EngineRunArgs> = {}, on = engine): SiteRun {
      const fixed = {
        verb,
        isRefresh: false,
        continuesOnError: true,
        isTakingOver: false,
        message: "",
        targets: [],
        excludes: [],
        policyPacks: [],
        environment: {},
        ...more,
      };
      return new SiteRun(async (args) => ({ ...(await on.run({ ...fixed, ...args })), skippedHosts: [] }), undefined);
    }

    const locks = () => project.locks;

    it("previews, deploys, finds nothing more to do, and removes", async () => {
      program('const a = new C("a", { create: "echo 1" }); export const out = a.stdout; export const hidden = pulumi.secret("s3cret");');
      const preview = await start("preview").result;
      assert.deepEqual(preview.changes, { create: 2 });
      assert.deepEqual(
        preview.steps.map(({ op, name: resource }) => `${op} ${resource}`),
        ["create shop-dev", "create a"],
      );
      const up = await start("up").result;
      assert.deepEqual(up.changes, { create: 2 });
      assert.deepEqual(up.outputs, { out: "1", hidden: "[secret]" });
      assert.deepEqual(await engine.outputs(), up.outputs);
      assert.deepEqual((await start("up").result).changes, { same: 2 });
      assert.deepEqual((await start("refresh").result).steps, []);
      assert.deepEqual((await start("destroy").result).changes, { delete: 2 });
      assert.deepEqual(
        (await engine.history()).map(({ kind, result }) => `${kind} ${result}`),
        ["destroy succeeded", "refresh succeeded", "update succeeded", "update succeeded"],
      );
    });

    it("gives the program the run's own environment, and no other run's", async () => {
      program('export const told = process.env.LDMS_LEFT_OUT ?? "nothing";');
      assert.deepEqual((await start("up", { environment: { LDMS_LEFT_OUT: "node-2" } }).result).outputs, { told: "node-2" });
      assert.deepEqual((await start("up").result).outputs, { told: "nothing" });
    });

    it("hands out each event once, in Pulumi's shape and order, to a reader that is slow", async () => {
      program('for (let i = 0; i < 40; i++) new C("c" + i, { create: "true" });');
      const run = start("up");
      const events: EngineEvent[] = [];
      for await (const event of run) {
        events.push(event);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      await run.result;
      const done = events.flatMap(({ resOutputsEvent }) =>
        resOutputsEvent?.metadata.type === "command:local:Command" ? [resOutputsEvent.metadata.urn] : [],
      );
      assert.equal(new Set(done).size, 40);
      assert.equal(done.length, 40);
      assert.ok(events[0]?.preludeEvent);
      const sequences = events.map(({ sequence }) => sequence);
      assert.deepEqual(
        sequences,
        [...sequences].sort((a, b) => a - b),
      );
    });

    it("ends a cancelled run with what was done in the state, and no lock; the next run goes on", async () => {
      program(
        'const a = new C("a", { create: "true" }); const b = new C("b", { create: "sleep 2" }, { dependsOn: [a] }); new C("c", { create: "true" }, { dependsOn: [b] });',
      );
      const run = start("up");
      for await (const { resourcePreEvent } of run) if (resourcePreEvent?.metadata.urn.endsWith("::b")) void run.cancel();
      await assert.rejects(run.result, CancelledError);
      assert.deepEqual(locks(), []);
      assert.ok(project.resources["a"]);
      assert.equal(project.resources["c"], undefined);
      await start("up", { isRefresh: true }).result;
      assert.deepEqual((await start("up").result).changes, { same: 4 });
    });

    it("names the step that failed, and does the rest", async () => {
      program('new C("bad", { create: "echo no way >&2; exit 3" }); new C("good", { create: "true" });');
      await assert.rejects(start("up").result, (error) => {
        assert.ok(error instanceof StepFailedError);
        assert.ok(
          error.failures.some(({ urn, message }) => urn.endsWith("::bad") && /no way/.test(message)),
          error.message,
        );
        return true;
      });
      assert.ok(project.resources["good"]);
      assert.equal(project.resources["bad"], undefined);
    });

    it("says who holds the lock", async () => {
      program('new C("a", { create: "sleep 6" });');
      const first = start("up");
      for await (const { resourcePreEvent } of first) if (resourcePreEvent?.metadata.urn.endsWith("::a")) break;
      await assert.rejects(start("up", {}, openWith(PASSPHRASE)).result, (error) => {
        assert.ok(error instanceof LockHeldError, String(error));
        assert.equal(error.holder?.hostname, require("node:os").hostname());
        assert.ok(Number(error.holder?.pid) > 0);
        return true;
      });
      await first.result;
      assert.deepEqual(locks(), []);
    });

    it("tells a wrong passphrase from others, and changes nothing", async () => {
      program('new C("a", { create: "true", stdin: pulumi.secret("s") });');
      await start("up").result;
      const before = JSON.stringify(project.state.resources);
      await assert.rejects(
        start("up", {}, openWith("another")).result,
        (error) => error instanceof PassphraseError && error.kind === "wrong",
      );
      assert.equal(JSON.stringify(project.state.resources), before);
    });

    it("asks between the preview and the update, and changes nothing where the answer is an error", async () => {
      program('new C("a", { create: "true" });');
      const refuse = async () => {
        assert.equal(locks().length > 0, name === "embedded");
        throw new Error("not so");
      };
      await assert.rejects(start("up", { onPreviewed: refuse }).result, { message: "not so" });
      assert.deepEqual([project.resources["a"], locks()], [undefined, []]);
      assert.deepEqual((await start("up", { onPreviewed: async () => {} }).result).changes, { create: 2 });
    });

    it("holds an update to the steps of its preview where no lock does", async function () {
      if (name === "embedded") this.skip();
      program('new C("a", { create: "true" });');
      const onPreviewed = async () => program('new C("a", { create: "true" }); new C("b", { create: "true" });');
      await assert.rejects(start("up", { onPreviewed }).result, (error) => {
        assert.ok(error instanceof StepFailedError, String(error));
        assert.match(error.message, /is not allowed by the plan/);
        return true;
      });
      assert.equal(project.resources["b"], undefined);
    });

    it("deploys nothing that a policy pack forbids, and has its findings as data", async () => {
      program('new C("forbidden", { create: "true" });');
      const pack = join(project.folder, "pack");
      mkdirSync(pack);
      writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\nmain: index.js\n");
      writeFileSync(join(pack, "package.json"), '{ "name": "pack", "version": "0.0.1", "main": "index.js" }');
      writeFileSync(
        join(pack, "index.js"),
        `const { PolicyPack } = require("@pulumi/policy");
new PolicyPack("pack", { policies: [{ name: "no-forbidden", description: "d", enforcementLevel: "mandatory",
  validateResource: (args, report) => { if (args.name === "forbidden") report("is forbidden"); } }] });`,
      );
      await assert.rejects(start("up", { policyPacks: [pack] }).result, (error) => {
        assert.ok(error instanceof PolicyViolationError, String(error));
        assert.ok(error.violations.some(({ policy, enforcement }) => policy === "no-forbidden" && enforcement === "mandatory"));
        return true;
      });
      assert.equal(project.resources["forbidden"], undefined);
    });
  });
}
