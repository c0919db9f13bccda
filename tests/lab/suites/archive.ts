import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LAB_FOLDER, runOnHost } from "../../../lab/lab";
import { nowSeconds, STACK_HOSTS, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { StackChanges } from "../project-folder";
import { changedResources, stepLines } from "../steps";

export const ARCHIVE: StackChanges = { "ldms:images": { source: "archive", archive: "archives", tag: "standin" } };
const HEAD = "cygnus-08";
const HEAD_KEY = "/root/.ssh/ldms-archive";
export const FAN_OUT: StackChanges = {
  ...ARCHIVE,
  "ldms:method": "fan-out",
  "ldms:fanOut": { head: HEAD, key: HEAD_KEY, canary: "1s", serial: ["100%"], hostTimeout: "120s" },
};
const IMAGE_FOLDER = "/root/.local/state/ldms/lab/images";
export const REMOVE_SAMP = "id=$(docker inspect --format '{{.Image}}' samp); docker rm --force samp; docker rmi --force $id";

/** Has cygnus-08 reach the others, as the head of FAN_OUT. */
export async function makeHead(): Promise<void> {
  await runOnHost(HEAD, `umask 077; cat >${HEAD_KEY}`, { stdin: readFileSync(join(LAB_FOLDER, "id_ed25519"), "utf8") });
}

export async function unmakeHead(): Promise<void> {
  await runOnHost(HEAD, `rm -f ${HEAD_KEY} /root/.ssh/known_hosts*; rm -rf /root/.local`);
}

export async function removeAllImages(): Promise<void> {
  await onAllHosts("docker image prune --all --force >/dev/null");
}

function onAllHosts(script: string): Promise<readonly string[]> {
  return Promise.all(STACK_HOSTS.map((host) => runOnHost(host, script, { timeoutSeconds: 120 })));
}

/** Images from files instead of a registry. */
export function describeArchive(lab: LabStack): void {
  describe("images from archives", () => {
    const upLines = async (changes: StackChanges) =>
      stepLines(changedResources(succeeded(await lab.up(changes, ["--json"])).stdout, "done"));

    before(async () => {
      await lab.haveStandard();
      succeeded(await lab.ldms(["images", "save", "-s", "lab", "-o", "archives"]));
      // Upstream's README has people save plain files; and whoever has gzip only, uses that.
      const plain =
        "zstd -dq --rm ldms-samp.tar.zst -o ovishpc-ldms-samp.tar && zstd -dcq ldms-ui.tar.zst | gzip -1 >ldms-ui.tar.gz && rm ldms-ui.tar.zst";
      execFileSync("sh", ["-c", plain], { cwd: join(lab.project.path, "archives") });
      await lab.haveNothing();
      await removeAllImages();
      await makeHead();
    });
    after(async () => {
      await lab.haveNothing();
      await unmakeHead();
    });

    it("are sent to each host by the method docker, shown before, and bring data to the store", async () => {
      const preview = stepLines(changedResources(succeeded(await lab.preview(ARCHIVE, ["--json"])).stdout, "planned"));
      assert.deepEqual(
        preview.filter((line) => line.endsWith("-ldms-samp")),
        [1, 2, 3, 4].map((number) => `create cygnus-0${number}-ldms-samp`),
      );
      succeeded(await lab.up(ARCHIVE));
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds(), 60), [1, 2, 3, 4]);
      assert.deepEqual(
        await onAllHosts(`ls ${IMAGE_FOLDER} | grep part || true`),
        STACK_HOSTS.map(() => ""),
      );
    });

    it("are left alone the second time", async () => {
      assert.deepEqual(await upLines(ARCHIVE), []);
    });

    it("come back to the one host that has lost its image", async () => {
      await runOnHost("cygnus-03", REMOVE_SAMP);
      const preview = succeeded(await lab.preview(ARCHIVE, ["--refresh", "--json"]));
      assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), ["update cygnus-03-ldms-samp", "create cygnus-03-samp"]);
      succeeded(await lab.up(ARCHIVE, ["--refresh"]));
      assert.deepEqual(await upLines(ARCHIVE), []);
    });

    it("are taken up where an earlier transfer ended, and sent anew where what is there is not the file's beginning", async () => {
      const { sha256, sizeBytes, head } = archiveFacts();
      const part = `${IMAGE_FOLDER}/${sha256}.part`;
      for (const host of ["cygnus-01", "cygnus-02"]) await runOnHost(host, REMOVE_SAMP);
      await runOnHost("cygnus-01", `base64 -d >${part}`, { stdin: head.toString("base64") });
      await runOnHost("cygnus-02", `head -c 1000000 /dev/zero >${part}`);
      const first = await lab.up(ARCHIVE, ["--refresh"]);
      assert.equal(first.code, 1);
      assert.match(first.stdout + first.stderr, /cygnus-02: failed ldms-samp: what has arrived is not what was sent/);
      assert.match(first.stdout, new RegExp(`ldms-samp: ${sizeBytes - head.length} of ${sizeBytes} bytes sent`));
      succeeded(await lab.up(ARCHIVE, ["--refresh"]));
      assert.deepEqual(await upLines(ARCHIVE), []);
    });

    it("name the file that cannot be read before anything changes", async () => {
      const file = join(lab.project.path, "archives", "ldms-agg.tar.zst");
      const whole = readFileSync(file);
      truncateSync(file, 1000);
      const { code, stderr } = await lab.up(ARCHIVE);
      writeFileSync(file, whole);
      assert.equal(code, 2);
      assert.match(stderr, /images\.archive: cannot be read as an archive of docker save/);
      assert.match(stderr, /archives\/ldms-agg\.tar\.zst/);
    });

    it("go by the method fan-out once to the head, and from there to the hosts", async () => {
      await lab.haveNothing();
      await removeAllImages();
      const created = await upLines(FAN_OUT);
      assert.ok(created.includes("create fan-out-ldms-samp"), created.join("\n"));
      assert.equal((await runOnHost(HEAD, `ls ${IMAGE_FOLDER} | grep -c '^ldms-.*[.]tar'`)).trim(), "5");
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds(), 60), [1, 2, 3, 4]);
      assert.deepEqual(await upLines(FAN_OUT), []);
      await runOnHost("cygnus-04", REMOVE_SAMP);
      assert.deepEqual(await upLines(FAN_OUT), ["update fan-out-samp-1"]);
      assert.deepEqual(await upLines(FAN_OUT), []);
    });

    /** The sampler's file as the stack's own cache of findings has it, and its beginning. */
    function archiveFacts() {
      const cache = JSON.parse(readFileSync(join(lab.project.path, ".ldms", "archives.json"), "utf8")) as Record<
        string,
        { sha256: string; sizeBytes: number }
      >;
      const [key, facts] = Object.entries(cache).find(([name]) => name.includes("ldms-samp"))!;
      const file = key.split(" ")[0]!;
      return { ...facts, head: readFileSync(file).subarray(0, 5_000_000) };
    }
  });
}
