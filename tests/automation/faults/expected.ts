import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { type EngineChoice, PlanChangedError, type RunResult, type Site } from "../../../automation";
import { FaultSite, STACK } from "./fault-site";

const DIGEST = /^[0-9a-f]{16}(-[0-9a-f]{16}){3}$/;

/** An `up` that is held to the preview that was seen. */
export function describeExpected(engine: EngineChoice): void {
  describe("an up that is held to a preview", () => {
    let at: FaultSite;
    let site: Site;
    beforeEach(async () => {
      at = new FaultSite(engine);
      writeFileSync(join(at.projectFolder, "perf.conf"), "cycles\n");
      configure({});
      at.program(["a"]);
      site = await at.open();
    });
    afterEach(() => at.close());

    function configure(changes: Readonly<Record<string, unknown>>): void {
      const { config } = parse(readFileSync(join(__dirname, "../../../Pulumi.cygnus.yaml"), "utf8")) as {
        readonly config: { readonly "ldms:samplers": readonly object[] };
      };
      const samplers = config["ldms:samplers"].map((group) => ({ ...group, files: [{ path: "/etc/perf.conf", file: "perf.conf" }] }));
      at.configure({ "ldms:samplers": samplers, ...changes });
    }

    async function preview(): Promise<string> {
      const { digest = "" } = await site.preview().result;
      assert.match(digest, DIGEST);
      return digest;
    }

    const up = (expect: string): Promise<RunResult> => site.up({ expect }).result;

    async function refused(expect: string): Promise<PlanChangedError> {
      const before = JSON.stringify(at.deployment);
      const error = await up(expect).then(
        () => assert.fail("it was not refused"),
        (cause: unknown) => cause,
      );
      assert.ok(error instanceof PlanChangedError, String(error));
      assert.deepEqual([error.expected, JSON.stringify(at.deployment), at.locks], [expect, before, []]);
      assert.match(error.found, DIGEST);
      assert.notEqual(error.found, expect);
      assert.match(error.message, new RegExp(`seen: ${expect}\\n  now:  ${error.found}\\nhelp: look again: ldms preview -s ${STACK}$`));
      return error;
    }

    it("runs where nothing has changed, and is the same for whoever looks twice", async () => {
      const digest = await preview();
      assert.equal(await preview(), digest);
      assert.deepEqual((await up(digest)).changes["create"], 2);
      assert.deepEqual(at.things, ["a"]);
      // It is done: what was agreed to is no more to be done.
      const { differences } = await refused(digest);
      assert.match(differences.join("\n"), /^new resources of the state: .*\nmissing steps: create ldms-dev, create a$/s);
      const quiet = await preview();
      await site.up().result;
      assert.equal(await preview(), quiet, "a run without a change leaves the digest");
      assert.equal((await up(quiet)).changes["same"], 2);
    });

    it("names the file that was changed, or came, or went", async () => {
      const digest = await preview();
      writeFileSync(join(at.projectFolder, "perf.conf"), "instructions\n");
      assert.deepEqual((await refused(digest)).differences, ["changed files: perf.conf"]);
      configure({ "ldms:tolerate": 1 });
      assert.deepEqual((await refused(digest)).differences, [`changed files: Pulumi.${STACK}.yaml, perf.conf`]);
      at.configure({});
      assert.deepEqual((await refused(digest)).differences, [`changed files: Pulumi.${STACK}.yaml`, "missing files: perf.conf"]);
      assert.deepEqual(at.things, []);
    });

    it("names images and steps that are other ones", async () => {
      const digest = await preview();
      configure({ "ldms:images": { namespace: "ovishpc", tag: "4.5.4", source: "registry" } });
      const [files, ...images] = (await refused(digest)).differences;
      assert.equal(files, `changed files: Pulumi.${STACK}.yaml`);
      assert.match(images.join("\n"), /^changed images: ldms-agg, `ovishpc\/ldms-agg:4.5.3` is `ovishpc\/ldms-agg:4.5.4`, /);
      configure({});
      const again = await preview();
      at.program(["a", "b"]);
      assert.deepEqual((await refused(again)).differences, ["new steps: create b"]);
    });

    it("names the parts where the preview was made elsewhere", async () => {
      const digest = await preview();
      at.program(["b"]);
      configure({ "ldms:tolerate": 1 });
      const elsewhere = digest.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
      assert.deepEqual((await refused(elsewhere)).differences, [
        "the stack file, or a file that it names",
        "the steps: the hosts, the state or the program are not as they were",
      ]);
    });

    it("takes nothing else for a digest, and begins nothing", async () => {
      for (const word of ["", "latest", "0".repeat(64), `${"0123456789abcdef-".repeat(3)}0123456789abcdeg`])
        await assert.rejects(up(word), {
          message: /^expect: is not the digest of a preview: .*\nhelp: take the last line of `ldms preview -s dev`$/,
        });
      assert.deepEqual(at.locks, []);
    });
  });
}
