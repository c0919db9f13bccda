import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { LAB_FILES, runOnHost } from "../../../lab/lab";
import { nowSeconds, STACK_HOSTS, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { LeakWatch, spellingsOf, spellingsOfPem } from "../leak-watch";
import { describeLeaks } from "./leaks";

const STACK = "labkey";

/** Munge mode `key`: a stack beside `lab`, whose daemons have a munged of their own. */
export function describeMungeKey(lab: LabStack): void {
  describe("munge mode key, with a Pulumi secret", () => {
    // Never all of one byte, and long enough that no part of it turns up by chance.
    const key = randomBytes(128);
    let watch: LeakWatch;

    before(async () => {
      watch = new LeakWatch([...spellingsOf(key), ...spellingsOfPem(readFileSync(LAB_FILES.privateKey, "utf8"))]);
      await lab.haveNothing();
      lab.project.writeStackFile(STACK, { "ldms:munge": { mode: "key" } });
      const set = (name: string, args: readonly string[], stdin?: string) =>
        lab.start(["config", "set", "-s", STACK, "--secret", name, ...args], stdin === undefined ? {} : { stdin });
      succeeded(await watch.run(set("mungeKey", [], `${key.toString("base64")}\n`), "config set mungeKey"));
      succeeded(await watch.run(set("sshKey", ["--file", LAB_FILES.privateKey]), "config set sshKey"));
      const up = lab.start(["up", "-s", STACK, "--engine", "embedded", "--yes", "--no-wait"], { timeoutSeconds: 300 });
      succeeded(await watch.run(up, "up"));
    });
    after(async () => {
      succeeded(await watch.run(lab.start(["destroy", "-s", STACK, "--engine", "embedded", "--yes"]), "destroy"));
      assert.deepEqual(
        watch.leaks.filter((leak) => leak.includes("destroy")),
        [],
      );
    });

    it("brings the rows of all samplers", async () => {
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
    });

    it("delivers the key to every ldmsd as 0600 101:101, and to nobody else", async () => {
      for (const host of STACK_HOSTS) {
        const keys = await runOnHost(host, `find /var/lib/ldms -name munge.key -exec stat -c '%a %u:%g %n' {} + | sort`);
        const containers = { "cygnus-05": ["agg1"], "cygnus-06": ["agg1"], "cygnus-07": ["agg2", "maestro"] }[host] ?? ["samp"];
        assert.deepEqual(
          keys.split("\n"),
          containers.map((name) => `600 101:101 /var/lib/ldms/${STACK}/${name}/munge.key`),
        );
        const found = await runOnHost(host, `base64 --wrap 0 /var/lib/ldms/${STACK}/${containers[0]}/munge.key`);
        assert.equal(found, key.toString("base64"));
      }
    });

    it("uses it in the containers' own munged, not the host's", async () => {
      const mounts = await runOnHost("cygnus-01", "docker inspect --format '{{range .Mounts}}{{.Destination}} {{end}}' samp");
      assert.deepEqual(mounts.trim().split(" ").sort(), ["/etc/ldms/health", "/etc/ldms/ldmsd.conf", "/etc/munge/munge.key"]);
    });

    describeLeaks(lab, STACK, () => watch);
  });
}
