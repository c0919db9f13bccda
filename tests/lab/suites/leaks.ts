import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LAB_FILES, runOnHost } from "../../../lab/lab";
import { inspectAll, STACK_HOSTS } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import type { RunResult } from "../ldms-process";
import type { LeakWatch } from "../leak-watch";

/** Where on a host a key may be, and nowhere else. */
const KEY_PLACE = /^\/var\/lib\/ldms\/labkey\/[a-z0-9]+\/munge\.key$/;

/** Secrets of a deployed stack, looked for in all that its verbs print, keep and start. */
export function describeLeaks(lab: LabStack, stack: string, watchOf: () => LeakWatch): void {
  describe("the stack's secrets", () => {
    let watch: LeakWatch;
    before(() => {
      watch = watchOf();
    });
    const ldms = (what: string, args: readonly string[]): Promise<RunResult> =>
      watch.run(lab.start([...args, "-s", stack], { timeoutSeconds: 240 }), what);
    const inTurn = async (verbs: readonly (readonly string[])[]) => {
      for (const args of verbs) succeeded(await ldms(args.join(" "), args));
    };
    const engine = ["--engine", "embedded"];

    it("are found where they are, so that the looking is no empty one", async () => {
      watch.look(
        "the key itself",
        Buffer.from(succeeded(await lab.ldms(["config", "get", "mungeKey", "--show-secret", "-s", stack])).stdout, "base64").toString(
          "latin1",
        ),
      );
      watch.look("the ssh key itself", readFileSync(LAB_FILES.privateKey, "utf8"));
      assert.deepEqual(
        watch.leaks.filter((leak) => leak.endsWith("itself")),
        ["the key itself", "the ssh key itself"],
      );
    });

    it("are in nothing that a verb prints", async () => {
      // Side by side, one a processor of a small machine.
      await Promise.all([
        inTurn([["preview", ...engine, "--json"], ["preview", ...engine, "--refresh"], ["export"], ["outputs"]]),
        inTurn([
          ["plan"],
          ["plan", "--json"],
          ["preflight", "--json"],
          ["drift", "--json"],
          ["munge-key", "check", "--json"],
          ["config", "get", "mungeKey"],
          ["config", "get", "sshKey"],
        ]),
      ]);
      await inTurn([
        ["refresh", ...engine, "--yes", "--json"],
        ["up", ...engine, "--yes", "--json"],
      ]);
    });

    it("are in no error: of a delivery that fails, nor of a wrong passphrase", async () => {
      const inTheWay = `/var/lib/ldms/${stack}/samp/munge.key.new`;
      await runOnHost("cygnus-03", `mkdir ${inTheWay}`);
      const rotate = ["munge-key", "rotate", ...engine, "--yes"];
      const failed = await ldms("a rotation that fails", rotate);
      await runOnHost("cygnus-03", `rmdir ${inTheWay}`);
      assert.equal(failed.code, 1, failed.stdout);
      assert.match(failed.stdout, /munge\.key\.new/);
      succeeded(await ldms("the rotation that follows", rotate));
      const wrong = lab.start(["preview", "-s", stack, ...engine], { environment: { PULUMI_CONFIG_PASSPHRASE: "wrong" } });
      assert.notEqual((await watch.run(wrong, "preview with a wrong passphrase")).code, 0);
    });

    it("are in no file of the project: state, history, backups, stack file", () => {
      watch.lookBelow(lab.project.path, (path) => path.endsWith("/.ldms/lab/id_ed25519"));
    });

    it("are on a host in the key's own files alone, and in no container's settings or logs", async () => {
      const places = (await inspectAll()).entries();
      for (const [place, inspected] of places) {
        watch.look(`inspect of ${place}`, JSON.stringify(inspected));
        const [host = "", name = ""] = place.split("/");
        watch.look(`logs of ${place}`, await runOnHost(host, `docker logs ${name} 2>&1`));
      }
      const key = Buffer.from(succeeded(await lab.ldms(["config", "get", "mungeKey", "--show-secret", "-s", stack])).stdout, "base64");
      // grep looks line by line: what it is to find must have no line end.
      const part = (from: number): Buffer => key.subarray(from, from + 16);
      const pattern = [...part([...key.keys()].find((from) => !part(from).includes(10))!)]
        .map((byte) => `\\x${byte.toString(16).padStart(2, "0")}`)
        .join("");
      const found = await Promise.all(
        STACK_HOSTS.map((host) =>
          runOnHost(
            host,
            `LC_ALL=C grep --recursive --files-with-matches --text --perl-regexp '${pattern}' /var/lib/ldms /tmp /root /run/munge /var/log /dev/shm || true`,
          ),
        ),
      );
      const files = found.join("\n").split("\n").filter(Boolean);
      assert.ok(files.length >= STACK_HOSTS.length);
      assert.deepEqual(
        files.filter((path) => !KEY_PLACE.test(path)),
        [],
      );
    });

    it("have leaked nowhere in all this", () => {
      assert.deepEqual(
        watch.leaks.filter((leak) => !leak.endsWith("itself")),
        [],
      );
    });

    it("would be in no core file: there is none of any process of any container", async () => {
      // A health check's processes may have ended by the time that they are looked at.
      const script = `for name in $(docker ps --format '{{.Names}}'); do for pid in $(docker top "$name" -eo pid | tail -n +2); do
        comm=$(cat /proc/$pid/comm 2>/dev/null) && limits=$(awk '/^Max core file size/ { print $5 "/" $6 }' /proc/$pid/limits 2>/dev/null) || continue
        [ -z "$limits" ] || printf '%s %s %s\\n' "$name" "$comm" "$limits"; done; done`;
      const found = (await Promise.all(STACK_HOSTS.map((host) => runOnHost(host, script)))).join("\n").split("\n");
      assert.ok(
        found.some((line) => line.includes(" munged ")),
        found.join("\n"),
      );
      assert.deepEqual(
        found.filter((line) => !line.endsWith(" 0/0")),
        [],
      );
    });
  });
}
