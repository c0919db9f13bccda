import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { LAB_FILES, labHost, runOnHost } from "../../../lab/lab";
import { expandHostlist } from "../../../plan/hostlist/hostlist";
import { DEAD_ADDRESS } from "../../operations/on-lab/need-lab";
import { inspectAll, nowSeconds, STACK_HOSTS, waitForIds } from "../lab-facts";
import { type LabStack, succeeded } from "../lab-stack";
import { changedResources, stepLines } from "../steps";

const STACK = "labjump";
const LOGIN_NODE = labHost("cygnus-08").address;
/** Another host's: never the lab's. */
const STRANGER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEt5vVhrGB5U2hKqBzFYwCWeFIlvGbNbcTWFCBXjFBcs";

/** Names of the second network, which resolve on the hosts alone: there is no way there but through the login node. */
export const SSH_BY_LOGIN_NODE = {
  user: "root",
  jump: `root@${LOGIN_NODE}`,
  address: "cygnus-[01-08]-iw",
  connectTimeout: 5,
  overrides: [],
};

/** Host keys, a login node in front of every host, and the private key as a secret of the stack. */
export function describeSsh(lab: LabStack): void {
  describe("ssh: hosts behind a login node, the key a Pulumi secret, host keys by `ldms hosts trust`", () => {
    const knownHosts = () => join(lab.project.path, `known_hosts.${STACK}`);
    const ldms = (...args: readonly string[]) => lab.ldms([...args, "-s", STACK], { timeoutSeconds: 300 });

    before(async () => {
      await lab.haveNothing();
      lab.project.writeStackFile(STACK, { "ldms:ssh": SSH_BY_LOGIN_NODE });
      const set = ["config", "set", "-s", STACK, "--secret", "sshKey", "--file", LAB_FILES.privateKey];
      succeeded(await lab.ldms(set));
    });
    after(async () => {
      succeeded(await ldms("destroy", "--engine", "embedded", "--yes"));
      assert.deepEqual([...(await inspectAll()).keys()], []);
    });

    it("keeps the keys of the login node, then of the hosts behind it, with ssh's own fingerprints", async () => {
      const { stdout } = succeeded(await ldms("hosts", "trust", "--yes"));
      for (const [name, label] of [
        ["cygnus-08", LOGIN_NODE],
        ["cygnus-03", "cygnus-03"],
      ] as const) {
        const [, fingerprint] = (await runOnHost(name, "ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub")).split(" ");
        assert.match(stdout, new RegExp(`^${label}: new: ed25519 ${escapePattern(fingerprint!)}$`, "m"));
      }
      assert.match(stdout, new RegExp(`^known_hosts.${STACK}: has the keys of cygnus-\\[01-07\\]$`, "m"));
      assert.equal(execFileSync("ssh-keygen", ["-l", "-f", knownHosts()], { encoding: "utf8" }).trim().split("\n").length, 8);
      const { config } = parse(readFileSync(lab.project.stackFile(STACK), "utf8")) as { config: Record<string, Record<string, unknown>> };
      assert.equal(config["ldms:ssh"]?.["knownHosts"], `known_hosts.${STACK}`);
      assert.doesNotMatch(succeeded(await ldms("hosts", "trust")).stdout, /new|CHANGED/);
    });

    it("deploys through the login node, by both providers, and every verb goes the same way", async () => {
      succeeded(await ldms("up", "--engine", "embedded", "--yes", "--no-wait"));
      assert.deepEqual(await waitForIds([1, 2, 3, 4], nowSeconds()), [1, 2, 3, 4]);
      for (const verb of [["preflight"], ["status", "--wait", "120"], ["drift"], ["verify", "--wait", "30"], ["munge-key", "check"]])
        succeeded(await ldms(...verb));
      const preview = succeeded(await ldms("preview", "--engine", "embedded", "--json", "--refresh"));
      assert.deepEqual(stepLines(changedResources(preview.stdout, "planned")), []);
    });

    it("names a host whose key has changed, both fingerprints and the remedy, and changes nothing", async () => {
      const right = readFileSync(knownHosts(), "utf8");
      writeFileSync(knownHosts(), right.replace(/^cygnus-03-iw ssh-ed25519 .*$/m, `cygnus-03-iw ${STRANGER}`));
      const [, offered] = (await runOnHost("cygnus-03", "ssh-keygen -l -f /etc/ssh/ssh_host_ed25519_key.pub")).split(" ");
      const expected = `cygnus-03: ssh is refused: its host key is ed25519 ${offered}, not the pinned ed25519 SHA256:${strangerPrint()}
  help: it was reinstalled, or another machine answers for it; where it was reinstalled: ldms hosts trust -s ${STACK} --replace cygnus-03`;
      const preflight = await ldms("preflight");
      assert.equal(preflight.code, 1);
      assert.ok(preflight.stdout.includes(expected), preflight.stdout);
      const up = await ldms("up", "--engine", "embedded", "--yes", "--no-wait");
      assert.equal(up.code, 1);
      assert.ok(up.stderr.includes(expected) && up.stderr.includes("nothing was changed"), up.stderr);

      const refused = await ldms("hosts", "trust", "--yes");
      assert.equal(refused.code, 1);
      assert.match(refused.stderr, /^cygnus-03: the ssh host key has changed; nothing was written$/m);
      assert.ok(readFileSync(knownHosts(), "utf8").includes(STRANGER));
      succeeded(await ldms("hosts", "trust", "--yes", "--replace", "cygnus-03"));
      assert.deepEqual(new Set(readFileSync(knownHosts(), "utf8").split("\n")), new Set(right.split("\n")));
      succeeded(await ldms("preflight"));
    });

    it("tells a login node that cannot be reached from hosts that cannot", async () => {
      lab.project.writeStackFile(STACK, { "ldms:ssh": { ...SSH_BY_LOGIN_NODE, jump: `root@${DEAD_ADDRESS}`, connectTimeout: 3 } });
      const { code, stdout } = await ldms("preflight");
      lab.project.writeStackFile(STACK, { "ldms:ssh": { ...SSH_BY_LOGIN_NODE, knownHosts: `known_hosts.${STACK}` } });
      succeeded(await lab.ldms(["config", "set", "-s", STACK, "--secret", "sshKey", "--file", LAB_FILES.privateKey]));
      assert.equal(code, 1);
      // The kernel may know it for dead before a time-out does, or after: two reasons, two lines.
      const told = stdout.matchAll(new RegExp(`^(\\S+): unreachable: by the login node ${DEAD_ADDRESS}: `, "gm"));
      assert.deepEqual([...told].flatMap(([, hosts]) => expandHostlist(hosts!)).sort(), STACK_HOSTS, stdout);
    });

    it("names the login node where it is its key that has changed", async () => {
      const right = readFileSync(knownHosts(), "utf8");
      writeFileSync(knownHosts(), right.replace(new RegExp(`^${escapePattern(LOGIN_NODE)} .*$`, "m"), `${LOGIN_NODE} ${STRANGER}`));
      const { code, stdout } = await ldms("preflight");
      writeFileSync(knownHosts(), right);
      assert.equal(code, 1);
      assert.match(
        stdout,
        new RegExp(`^cygnus-\\[01-07\\]: ssh is refused: the host key of the login node ${LOGIN_NODE} is ed25519 `, "m"),
      );
    });
  });
}

function strangerPrint(): string {
  const print = execFileSync("ssh-keygen", ["-l", "-f", "-"], { input: `${STRANGER}\n`, encoding: "utf8" });
  return print.split(" ")[1]!.replace("SHA256:", "");
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
