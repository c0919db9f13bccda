import assert from "node:assert/strict";
import { type HostSnapshot, snapshotHost } from "../../../lab/host-snapshot";
import { hostNames, runOnHost } from "../../../lab/lab";
import { comparable } from "../comparable";
import { inspectAll, STACK_HOSTS } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { start } from "../ldms-process";

const SHELL_SECONDS = 300;

/** The end of a deployment, and the same one typed by hand. */
export function describeRemoved(lab: LabStack): void {
  let deployed: ReadonlyMap<string, unknown> = new Map();
  let destroyOutput = "";

  describe("ldms destroy", () => {
    before(async () => {
      await lab.haveStandard();
      deployed = comparable(await inspectAll());
      destroyOutput = succeeded(await lab.destroy()).stdout;
    });

    it("leaves no container and no file on the eight hosts", async () => {
      for (const host of hostNames) {
        const [before, after] = [lab.hostsBefore.get(host)!, await snapshotHost(host)];
        assert.deepEqual(after.containers, before.containers, host);
        assert.deepEqual(withoutKept(after), withoutKept(before), host);
      }
    });

    it("lists the volumes, rows and images that it keeps", async () => {
      for (const host of hostNames) {
        const [before, after] = [lab.hostsBefore.get(host)!, await snapshotHost(host)];
        for (const volume of after.volumes.filter((name) => !before.volumes.includes(name))) {
          assert(destroyOutput.includes(`${host}: volume ${volume}`), volume);
        }
        for (const image of after.images.filter((name) => !before.images.includes(name))) {
          const repository = /^(.*):[^:]*$/.exec(image.split(" ")[0] ?? "")?.[1] ?? "";
          assert(destroyOutput.includes(`images of ${repository}:`), image);
        }
      }
      assert.match(destroyOutput, /cygnus-07: rows in \/store\/meminfo/);
      assert.equal(await runOnHost("cygnus-07", "ls /store"), "meminfo");
    });

    it("has nothing to do the second time", async () => {
      succeeded(await lab.destroy());
    });
  });

  describe("the lines of `ldms plan`, run by sh", () => {
    before(() => lab.haveNothing());
    after(async () => {
      const remove = "docker rm --force $(docker ps --all --quiet --filter label=ldms.stack=lab) 2>/dev/null; rm -rf /var/lib/ldms";
      await Promise.all(STACK_HOSTS.map((host) => runOnHost(host, remove)));
    });

    it("give containers that docker inspect cannot tell from those of `ldms up`", async () => {
      assert.equal(deployed.size, 11);
      const { stdout } = succeeded(await lab.ldms(["plan", "-s", "lab"]));
      const run = { folder: lab.project.path, environment: lab.project.environment, timeoutSeconds: SHELL_SECONDS };
      succeeded(await start(["sh", "-e"], { ...run, stdin: stdout }).ended);
      const typed = comparable(await inspectAll());
      assert.deepEqual([...typed.keys()], [...deployed.keys()]);
      for (const [place, container] of typed) assert.deepEqual(container, deployed.get(place), place);
    });
  });
}

/** Without what is kept, the store's rows, and what the host's own munged writes when it starts again. */
function withoutKept({ files }: HostSnapshot): readonly string[] {
  return files.filter((line) => !/ (\/store(\/.*)?|\/var\/lib\/munge\/munged\.seed)$/.test(line));
}
