import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FaultSite, STACK } from "./fault-site";

const REPOSITORY = resolve(__dirname, "../../..");
const STACK_FILE = `Pulumi.${STACK}.yaml`;

/** A rollback whose process is killed before each change of a name on the disk, one after the other. */
export function describeKilledRollbacks(): void {
  describe("a rollback that is killed", function () {
    this.timeout(900_000);
    let at: FaultSite;
    before(() => {
      at = new FaultSite("embedded");
      at.program(["a"]);
    });
    after(() => at.close());

    const write = (name: string, text: string) => writeFileSync(join(at.projectFolder, name), text);
    const read = (name: string) => readFileSync(join(at.projectFolder, name), "utf8");

    function configure(tolerate: number): void {
      const files = ["perf.conf", "kafka.conf"].map((file) => ({ path: `/etc/${file}`, file }));
      const plugins = [{ name: "meminfo", interval: "1s", offset: "0s" }];
      at.configure({
        "ldms:samplers": [{ name: "samp", hosts: "cygnus-[01-04]", container: "samp", plugins, files }],
        "ldms:tolerate": tolerate,
      });
    }

    it("loses no text of today, and no run", async () => {
      write("perf.conf", "cycles\n");
      write("kafka.conf", "password=word-0\n");
      configure(0);
      const site = await at.open();
      await site.up().result;
      const args = { ...at.location, folder: at.projectFolder, engine: "embedded" };
      const script = join(__dirname, "rollback-site.ts");
      const names = ["perf.conf", "kafka.conf", STACK_FILE];
      const then = names.map(read);
      let killed = 0;
      for (let point = 1; point <= 14; point += 1) {
        configure(point);
        write("perf.conf", `edited ${point}\n`);
        write("kafka.conf", `password=word-${point}\n`);
        const today = names.map(read);
        const { signal } = spawnSync(process.execPath, ["--import", "tsx", script, JSON.stringify(args), String(point)], {
          cwd: REPOSITORY,
        });
        if (signal === "SIGKILL") killed += 1;
        const folders = readdirSync(at.projectFolder).filter((name) => name.startsWith("before-rollback"));
        const kept = folders.flatMap((folder) =>
          names.map((name) => join(folder, name)).filter((path) => existsSync(join(at.projectFolder, path))),
        );
        const there = [...names, ...kept].map(read);
        for (const [index, text] of today.entries()) {
          assert.ok(there.includes(text), `${names[index]} of today, killed at ${point}`);
          assert.ok([text, then[index]].includes(read(names[index]!)), `${names[index]} is whole, killed at ${point}`);
        }
        const runs = await site.history();
        assert.ok(
          runs.every(({ result }) => ["succeeded", "cut off"].includes(result)),
          JSON.stringify(runs),
        );
        assert.equal(runs.at(-1)?.run, 1);
      }
      assert.ok(killed > 8, `${killed} were killed`);
      await site.rollback(1).result;
      assert.deepEqual(names.map(read), then);
    });
  });
}
