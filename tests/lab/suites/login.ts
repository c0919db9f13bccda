import assert from "node:assert/strict";
import { runOnHost } from "../../../lab/lab";
import { clearHeads, equipHeads, FAN_OUT } from "../fan-out-stack";
import { inspectAll, nowSeconds, STACK_HOSTS, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { StackChanges } from "../project-folder";
import { changedResources, stepLines } from "../steps";

const STACK = "lablogin";
const SSH = {
  ...{ user: "admin", key: ".ldms/lab/id_ed25519", knownHosts: ".ldms/lab/known_hosts" },
  ...{ address: "198.18.0.[11-18]", connectTimeout: 5 },
};
const SUDOERS = "/etc/sudoers.d/admin";

/** The lab's `admin`, who has root's key, may use sudo without a password, and is in no group of docker's. */
export function describeLogin(lab: LabStack): void {
  describe("a login that is not root", () => {
    const ldms = (...args: readonly string[]) => lab.ldms([...args, "-s", STACK], { timeoutSeconds: 300 });
    const write = (changes: StackChanges, become = true) => {
      lab.project.writeStackFile(STACK, { ...changes, "ldms:ssh": { ...SSH, ...(become && { become: "sudo" }) } });
    };
    const onAll = (command: string) => Promise.all(STACK_HOSTS.map((host) => runOnHost(host, command)));
    const admins: StackChanges = {
      ...FAN_OUT,
      "ldms:fanOut": { ...(FAN_OUT["ldms:fanOut"] as object), key: "/home/admin/.ssh/ldms-fan-out" },
    };

    before(async () => {
      await lab.haveNothing();
      await equipHeads();
      await runOnHost("cygnus-08", "install -o admin -g admin -m 0600 /root/.ssh/ldms-fan-out /home/admin/.ssh/ldms-fan-out");
    });
    after(async () => {
      await onAll("gpasswd --delete admin docker || true");
      await runOnHost("cygnus-08", "rm -rf /home/admin/.ssh/ldms-fan-out /home/admin/.ssh/known_hosts* /home/admin/.local");
      await clearHeads();
    });

    it("is told what it misses, by host", async () => {
      write({}, false);
      const bare = await ldms("preflight");
      assert.equal(bare.code, 1);
      assert.match(bare.stdout, /^cygnus-\[01-07\]: user `admin` is not root, and cannot give the files of containers to their owners$/m);
      assert.match(bare.stdout, /^cygnus-\[01-07\]: folder `\/var\/lib\/ldms\/lablogin` cannot be written by the ssh user: /m);
      assert.match(bare.stdout, /^cygnus-\[01-07\]: user `admin` is not in the group `docker`, and may not use its Docker engine$/m);

      write({});
      const grouped = await ldms("preflight");
      assert.equal(grouped.code, 1);
      assert.equal(grouped.stdout.match(/^cygnus-\[01-07\]: user `admin` is not in the group `docker`/gm)?.length, 1, grouped.stdout);

      write(admins);
      await runOnHost("cygnus-03", `mv ${SUDOERS} /root/sudoers`);
      const { code, stdout } = await ldms("preflight");
      await runOnHost("cygnus-03", `mv /root/sudoers ${SUDOERS}`);
      assert.equal(code, 1);
      assert.match(stdout, /^cygnus-03: user `admin` may not become root by sudo without a password: .*sudo.*$/m);
      succeeded(await ldms("preflight"));
    });

    const deploys = async () => {
      succeeded(await ldms("up", "--engine", "embedded", "--yes", "--no-wait"));
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
      for (const verb of [["status", "--wait", "120"], ["drift"], ["verify", "--wait", "30"]]) succeeded(await ldms(...verb));
      const preview = succeeded(await ldms("preview", "--engine", "embedded", "--json"));
      assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), []);
      succeeded(await ldms("destroy", "--engine", "embedded", "--yes"));
      assert.deepEqual([...(await inspectAll()).keys()], []);
    };

    it("deploys by the method fan-out with sudo alone, from a head on which it stays itself", async () => {
      write(admins);
      await deploys();
      assert.equal((await runOnHost("cygnus-08", "ls -A /root/.local 2>/dev/null || true")).trim(), "");
    });

    it("deploys by the method docker where it is in the group docker, its files by sudo", async () => {
      await onAll("usermod --append --groups docker admin");
      write({});
      await deploys();
    });
  });
}
