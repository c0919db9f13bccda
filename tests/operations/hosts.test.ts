import assert from "node:assert/strict";
import { mapBounded } from "../../operations/reach/bounded";
import { parseSshFailure, RemoteCommandError, renderRemoteError } from "../../operations/reach/remote-error";
import { localArgv, type RemoteTarget, type RunLimits, runOnHost } from "../../operations/reach/run-on-host";
import type { SshConnection } from "../../plan/model/host";
import { withPrograms } from "./fake-programs";

const SSH: SshConnection = { kind: "ssh", address: "198.18.0.11", user: "root", port: 22, connectTimeoutSeconds: 5 };
const HERE: RemoteTarget = { name: "here", connection: { kind: "local" } };

describe("localArgv", () => {
  it("hands words with a space and a quote to the host's shell as they are", () => {
    const argv = localArgv(SSH, { argv: ["docker", "exec", "a; reboot", "it's"] });
    assert.deepEqual(argv.slice(-2), ["root@198.18.0.11", "docker exec 'a; reboot' 'it'\\''s'"]);
  });

  it("keeps a script out of the argv", () => {
    assert.deepEqual(localArgv(SSH, { script: "echo secret" }).at(-1), "sh -s");
    assert.deepEqual(localArgv({ kind: "local" }, { script: "echo secret" }), ["sh", "-s"]);
  });
});

describe("runOnHost", () => {
  it("gives the program its words and its input unchanged", async () => {
    const { stdout } = await runOnHost(
      HERE,
      { argv: ["sh", "-c", 'cat; echo "$1"', "sh", "a 'b' $c"], stdin: "in\n" },
      { timeoutSeconds: 5 },
    );
    assert.equal(stdout, "in\na 'b' $c");
  });

  it("tells an exit code with what the host printed", async () => {
    await assert.rejects(runOnHost(HERE, { script: "echo no such thing >&2; exit 7" }, { timeoutSeconds: 5 }), (error: unknown) => {
      assert(error instanceof RemoteCommandError);
      assert.deepEqual([error.host, error.failure, error.stderr], ["here", { kind: "exit", code: 7 }, "no such thing"]);
      return true;
    });
  });

  it("tells a login node's failure, which the ssh that keeps a connection hides", async () => {
    const target = { name: "n1", connection: { ...SSH, jump: { address: "login", user: "ops", port: 22 } } };
    const limits: RunLimits = { timeoutSeconds: 5, sharing: { path: "/tmp/none", how: "step" } };
    const hidden =
      'case "$*" in *ControlPersist*) ;; *) echo "$SAYS" >&2 ;; esac; echo "Connection closed by UNKNOWN port 65535" >&2; exit 255';
    const failureOf = (says: string) =>
      withPrograms({ ssh: `SAYS='${says}'\n${hidden}` }, () =>
        runOnHost(target, { script: "true" }, limits).then(
          () => assert.fail("it went through"),
          (error: RemoteCommandError) => error.failure,
        ),
      );
    assert.deepEqual(await failureOf("ssh: connect to host login port 22: No route to host"), {
      kind: "unreachable",
      reason: "by the login node login: no route to host",
    });
    assert.deepEqual(await failureOf("No ED25519 host key is known for login and you have requested strict checking."), {
      kind: "refused",
      reason: "its host key is not known",
      hostKey: { name: "login" },
    });
  });

  it("ends a command with its children when time is up", async () => {
    const began = Date.now();
    await assert.rejects(runOnHost(HERE, { script: "sleep 30 & sleep 30" }, { timeoutSeconds: 0.3 }), (error: unknown) => {
      assert(error instanceof RemoteCommandError);
      assert.deepEqual(error.failure, { kind: "timeout", seconds: 0.3 });
      return true;
    });
    assert(Date.now() - began < 5000);
  });

  it("ends with the signal's reason", async () => {
    const stop = new AbortController();
    const run = runOnHost(HERE, { script: "sleep 30" }, { timeoutSeconds: 20, signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 100);
    await assert.rejects(run, /^Error: enough$/);
  });
});

describe("mapBounded", () => {
  it("keeps the order and never has more under way than allowed", async () => {
    let [running, most] = [0, 0];
    const results = await mapBounded(
      Array.from({ length: 20 }, (_, i) => i),
      async (i) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, (i * 7) % 5));
        running--;
        return i * 2;
      },
      4,
    );
    assert.deepEqual([most, results], [4, Array.from({ length: 20 }, (_, i) => i * 2)]);
  });
});

describe("parseSshFailure", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["ssh: Could not resolve hostname cygnus-01: Name or service not known", "unreachable", "the name does not resolve"],
    ["ssh: connect to host 198.18.0.99 port 22: No route to host", "unreachable", "no route to host"],
    ["ssh: connect to host 198.18.0.99 port 22: Connection timed out", "unreachable", "connection timed out"],
    [
      "Connection timed out during banner exchange\nConnection to 198.18.0.11 port 22 timed out",
      "unreachable",
      "it accepts the connection, then nothing answers",
    ],
    ["Timeout, server 198.18.0.11 not responding.", "unreachable", "it stopped answering"],
    ["root@198.18.0.11: Permission denied (publickey).", "refused", "no key of ours is accepted"],
    ["Host key verification failed.", "refused", "its host key is not the pinned one"],
    ["something new", "unreachable", "something new"],
    ["", "unreachable", "ssh failed and gave no reason"],
  ];
  for (const [stderr, kind, reason] of cases) {
    it(`${kind}: ${reason}`, () => assert.deepEqual(parseSshFailure(stderr), { kind, reason }));
  }

  it("says whose key is not known", () => {
    const stderr = "No ED25519 host key is known for [login]:2222 and you have requested strict checking.\nHost key verification failed.";
    const hostKey = { name: "[login]:2222" };
    assert.deepEqual(parseSshFailure(stderr), { kind: "refused", reason: "its host key is not known", hostKey });
  });

  it("says whose key has changed, and to what", () => {
    const stderr = `The fingerprint for the ED25519 key sent by the remote host is
SHA256:X1pfCpxDglD0E4OcY+ypxzPzPcLBWazSI36GpbbInWw.
Offending ED25519 key in /root/known_hosts:1
Host key for 198.18.0.11 has changed and you have requested strict checking.
Host key verification failed.`;
    const hostKey = { name: "198.18.0.11", offered: "ed25519 SHA256:X1pfCpxDglD0E4OcY+ypxzPzPcLBWazSI36GpbbInWw" };
    assert.deepEqual(parseSshFailure(stderr), { kind: "refused", reason: "its host key is not the pinned one", hostKey });
  });
});

describe("renderRemoteError", () => {
  it("names the host, the failure, the step and what was printed", () => {
    const text = renderRemoteError("cygnus-07", { kind: "exit", code: 125 }, "Error: No such container: solver\n", "docker start solver");
    assert.equal(text, "cygnus-07: exit code 125: docker start solver\nError: No such container: solver");
  });
});
