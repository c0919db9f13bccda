import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import promises from "node:fs/promises";
import { basename, join } from "node:path";
import { BadInputError, type EngineChoice, type Restored, type Site, StepFailedError } from "../../../automation";
import { FaultSite, STACK } from "./fault-site";

const WORD = "hunter2-is-no-password";

/** What is kept of runs, and the way back to one of them. */
export function describeHistory(engine: EngineChoice): void {
  describe("the history", () => {
    let at: FaultSite;
    let site: Site;
    beforeEach(async () => {
      at = new FaultSite(engine);
      write("perf.conf", "cycles\n");
      write("kafka.conf", `password=${WORD}\n`);
      configure({});
      at.program(["a"]);
      site = await at.open();
    });
    afterEach(() => at.close());

    const STACK_FILE = `Pulumi.${STACK}.yaml`;
    const historyFolder = () => join(at.backendFolder, ".pulumi/history/ldms", STACK);
    const write = (name: string, text: string) => writeFileSync(join(at.projectFolder, name), text);
    const read = (name: string) => readFileSync(join(at.projectFolder, name), "utf8");

    function configure(changes: Readonly<Record<string, unknown>>): void {
      const files = ["perf.conf", "kafka.conf"].map((file) => ({ path: `/etc/${file}`, file }));
      const plugins = [{ name: "meminfo", interval: "1s", offset: "0s" }];
      at.configure({ "ldms:samplers": [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins, files }], ...changes });
    }

    it("says of each run who, when, why and what came of it, the newest first", async () => {
      await site.up({ message: "first light", actor: "ben" }).result;
      at.program(["a", "b"]);
      at.fault("b", "exit 3");
      await assert.rejects(site.up({ message: "b too" }).result, StepFailedError);
      await site.preview().result;
      await site.destroy().result;
      const runs = await site.history();
      assert.deepEqual(
        runs.map(({ run, kind, result, message, engine: by }) => [run, kind, result, message, by]),
        [
          [3, "destroy", "succeeded", "", engine],
          [2, "up", "failed", "b too", engine],
          [1, "up", "succeeded", "first light", engine],
        ],
      );
      assert.match(runs[2]?.who ?? "", /^ben by .+@.+$/);
      assert.deepEqual(runs[2]?.resourceChanges, { create: 2 });
      assert.ok(runs.every(({ startTime, endTime }) => endTime >= startTime && startTime > Date.now() / 1000 - 600));
      const failed = await site.runDetails(2);
      assert.ok(
        failed.failures.some((text) => /exit (code|status)/.test(text)),
        failed.failures.join(),
      );
      assert.ok(failed.steps.includes("create b"));
      assert.deepEqual(
        (JSON.parse(readFileSync(join(historyFolder(), newestOfPulumi()), "utf8")) as { kind: string }).kind,
        "destroy",
        "beside Pulumi's own",
      );
      await assert.rejects(site.runDetails(9), BadInputError);
    });

    const newestOfPulumi = () =>
      readdirSync(historyFolder())
        .filter((name) => name.endsWith(".history.json"))
        .sort()
        .at(-1) ?? "";

    it("tells what a run had otherwise than the one before it, and keeps no word of a secret in the clear", async () => {
      await site.up().result;
      write("perf.conf", "instructions\n");
      write("kafka.conf", `password=${WORD}-2\n`);
      await site.up().result;
      const { files } = await site.runDetails(2);
      assert.deepEqual(
        files.filter(({ path }) => path !== STACK_FILE).map(({ path, change, diff }) => [path, change, diff]),
        [
          ["kafka.conf", "changed", ""],
          ["perf.conf", "changed", "@@ -1,1 +1,1 @@\n-cycles\n+instructions"],
        ],
      );
      for (const name of readdirSync(historyFolder()))
        assert.doesNotMatch(readFileSync(join(historyFolder(), name), "utf8"), /hunter2/, name);
    });

    it("shows no line of the stack file that may have a password in it", async () => {
      for (const word of ["hunter2-1", "hunter2-2"]) {
        const plugins = [{ name: "meminfo", interval: "1s", offset: "0s", config: { password: word } }];
        configure({ "ldms:samplers": [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins }] });
        await site.up().result;
      }
      const details = await site.runDetails(2);
      assert.deepEqual(details.files, [{ path: STACK_FILE, change: "changed", diff: "" }]);
    });

    it("says of a secret that it is another one, and shows not even what it is encrypted to", async () => {
      await site.config.set("mungeKey", { value: Buffer.alloc(64, "ab").toString("base64"), isSecret: true });
      await site.up().result;
      await site.config.set("mungeKey", { value: Buffer.alloc(64, "cd").toString("base64"), isSecret: true });
      await site.up().result;
      const { files } = await site.runDetails(2);
      assert.deepEqual(
        files.map(({ path, diff }) => [path, diff.split("\n").filter((line) => /^[-+]/.test(line))]),
        [[STACK_FILE, ['-    secure: "[encrypted]"', '+    secure: "[encrypted anew]"']]],
      );
      assert.doesNotMatch(JSON.stringify(files), /v1:/);
    });

    it("has no run of what was refused", async () => {
      configure({ "ldms:xprt": "pigeon" });
      await assert.rejects(site.up().result);
      configure({});
      await assert.rejects(
        site.up({
          expect: "0"
            .repeat(16)
            .concat("-", "0".repeat(16))
            .repeat(2)
            .replace(/^(.{33})/, "$1-"),
        }).result,
      );
      await assert.rejects(site.up({ message: "two\nlines" }).result, /^BadInputError: message: is not one line/);
      assert.deepEqual(await site.history(), []);
    });

    it("goes back to a run: its files and side files, and today's secrets; edits are kept beside", async () => {
      await site.config.set("mungeKey", { value: Buffer.alloc(64, "ab").toString("base64"), isSecret: true });
      await site.up({ message: "good" }).result;
      const good = read(STACK_FILE);
      const rotated = Buffer.alloc(64, "cd").toString("base64");
      await site.config.set("tolerate", { value: "2", isSecret: false });
      await site.config.set("mungeKey", { value: rotated, isSecret: true });
      write("perf.conf", "instructions\n");
      write("kafka.conf", `password=${WORD}-2\n`);
      at.program(["a", "b"]);
      await site.up().result;
      write("perf.conf", "not committed\n");
      const edited = read(STACK_FILE);
      let restored: Restored | undefined;
      const run = site.rollback(1, { onRestored: (found) => (restored = found) });
      await run.result;
      assert.deepEqual(restored?.written, ["kafka.conf", "perf.conf", STACK_FILE]);
      assert.deepEqual(restored?.secretsOfToday, ["ldms:mungeKey"]);
      assert.deepEqual([read("perf.conf"), read("kafka.conf")], ["cycles\n", `password=${WORD}\n`]);
      assert.equal((await site.config.get("mungeKey")).value, rotated);
      assert.equal(read(STACK_FILE).replace(/secure: .*/, ""), good.replace(/secure: .*/, ""));
      const kept = restored?.keptIn ?? "";
      assert.equal(kept, "before-rollback-to-1");
      assert.deepEqual([read(join(kept, "perf.conf")), read(join(kept, STACK_FILE))], ["not committed\n", edited]);
      const [newest] = await site.history();
      assert.deepEqual([newest?.run, newest?.backTo, newest?.message, newest?.result], [3, 1, "back to run 1", "succeeded"]);
      assert.deepEqual(
        (await site.rollbackCandidates()).map(({ run: number }) => number),
        [3, 2, 1],
      );
    });

    it("leaves today's files where the way back begins nothing", async () => {
      await site.up().result;
      write("perf.conf", "instructions\n");
      at.program(["a"], 'throw new Error("no program");');
      await assert.rejects(site.rollback(1).result);
      assert.equal(read("perf.conf"), "instructions\n");
      assert.equal(existsSync(join(at.projectFolder, "before-rollback-to-1")), false);
      await assert.rejects(site.rollback(7).result, /there is none of that number: `7`/);
      assert.deepEqual(
        (await site.history()).flatMap(({ run }) => run ?? []),
        [1],
      );
    });

    it("leaves today's files where one of then cannot be put in its place", async () => {
      mkdirSync(join(at.projectFolder, "streams"));
      write("streams/kafka.conf", "topic=a\n");
      const paths = ["perf.conf", "streams/kafka.conf"];
      const files = paths.map((file) => ({ path: `/etc/${basename(file)}`, file }));
      const plugins = [{ name: "meminfo", interval: "1s", offset: "0s" }];
      at.configure({ "ldms:samplers": [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins, files }] });
      await site.up().result;
      const today = ["instructions\n", "topic=b\n"];
      for (const [index, path] of paths.entries()) write(path, today[index]!);
      const real = promises.rename;
      const rename = (from: string, to: string) =>
        to.endsWith("streams/kafka.conf") ? Promise.reject(new Error("EACCES: permission denied")) : real(from, to);
      Object.assign(promises, { rename });
      try {
        await assert.rejects(site.rollback(1).result, /EACCES/);
      } finally {
        Object.assign(promises, { rename: real });
      }
      assert.deepEqual(paths.map(read), today);
      assert.equal(existsSync(join(at.projectFolder, "before-rollback-to-1")), false);
    });

    it("goes back to nothing that failed, or that was a part", async () => {
      at.fault("a", "exit 3");
      await assert.rejects(site.up().result, StepFailedError);
      at.mend();
      configure({});
      await site.up({ excludes: ["**::b"] }).result;
      for (const run of [1, 2]) await assert.rejects(site.rollback(run).result, /is no `up` of the whole stack that ended well\nhelp: /);
      assert.deepEqual(await site.rollbackCandidates(), []);
    });
  });
}
