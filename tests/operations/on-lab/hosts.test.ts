import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LAB_FILES, LAB_HOSTS, pauseHost, resumeHost } from "../../../lab/lab";
import { mapBounded } from "../../../operations/reach/bounded";
import { RemoteCommandError, type RemoteFailure } from "../../../operations/reach/remote-error";
import { type RemoteTarget, runOnHost } from "../../../operations/reach/run-on-host";
import { withHosts } from "../../../operations/reach/with-hosts";
import { DEAD_ADDRESS, needLab, SPARE_HOST } from "./need-lab";

const ADDRESS_OF_SPARE = LAB_HOSTS.find(({ name }) => name === SPARE_HOST)!.address;

function target(
  name: string,
  address: string,
  changes: { readonly user?: string; readonly knownHostsFile?: string; readonly connectTimeoutSeconds?: number } = {},
): RemoteTarget {
  const { privateKey, knownHosts } = LAB_FILES;
  const connection = {
    kind: "ssh",
    address,
    user: "root",
    port: 22,
    keyFile: privateKey,
    knownHostsFile: knownHosts,
    connectTimeoutSeconds: 3,
  } as const;
  return { name, connection: { ...connection, ...changes } };
}

async function failureOf(one: RemoteTarget, script = "true", timeoutSeconds = 8): Promise<RemoteFailure> {
  const error = await runOnHost(one, { script }, { timeoutSeconds }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert(error instanceof RemoteCommandError, `${one.name} answered`);
  assert.equal(error.host, one.name);
  return error.failure;
}

/** As /proc/net/tcp lists them, the local ports of this machine's established connections. */
function openLocalPorts(): number[] {
  const lines = readFileSync("/proc/net/tcp", "utf8").trim().split("\n").slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/)).filter(([, , , state]) => state === "01");
  return fields.map(([, local = ""]) => Number.parseInt(local.split(":")[1] ?? "", 16));
}

describe("runOnHost, on the lab", () => {
  before(needLab);

  it("hands words, quotes and input to the program as they are", async () => {
    const argv = ["sh", "-c", 'cat; printf "%s|" "$@"', "sh", "a b", "it's", "$HOME", "new\nline"] as const;
    const { stdout } = await runOnHost(target("spare", ADDRESS_OF_SPARE), { argv, stdin: "input\n" }, { timeoutSeconds: 10 });
    assert.equal(stdout, "input\na b|it's|$HOME|new\nline|");
  });

  it("tells a dead host within its connection's time-out", async () => {
    const began = Date.now();
    const failure = await failureOf(target("dead", DEAD_ADDRESS));
    assert.equal(failure.kind, "unreachable");
    assert(Date.now() - began < 8000, `${Date.now() - began} ms`);
  });

  it("tells a refused login and a wrong host key from a dead host", async () => {
    assert.deepEqual(await failureOf(target("login", ADDRESS_OF_SPARE, { user: "nobody" })), {
      kind: "refused",
      reason: "no key of ours is accepted",
    });
    assert.deepEqual(await failureOf(target("key", ADDRESS_OF_SPARE, { knownHostsFile: "/dev/null" })), {
      kind: "refused",
      reason: "its host key is not known",
      hostKey: { name: ADDRESS_OF_SPARE },
    });
  });

  it("ends a step that takes too long", async () => {
    assert.deepEqual(await failureOf(target("slow", ADDRESS_OF_SPARE), "sleep 20", 2), { kind: "timeout", seconds: 2 });
  });

  it("tells a frozen host, before and in the middle of a kept connection", async () => {
    await withHosts(async (run) => {
      const frozen = target("frozen", ADDRESS_OF_SPARE);
      await run(frozen, { script: "true" }, { timeoutSeconds: 10 });
      await pauseHost(SPARE_HOST);
      const began = Date.now();
      try {
        const kept = run(frozen, { script: "true" }, { timeoutSeconds: 4 }).catch((error: RemoteCommandError) => error.failure);
        const fresh = failureOf(target("fresh", ADDRESS_OF_SPARE));
        assert.deepEqual(await kept, { kind: "timeout", seconds: 4 });
        assert.equal((await fresh).kind, "unreachable");
        assert(Date.now() - began < 8000, `${Date.now() - began} ms`);
      } finally {
        await resumeHost(SPARE_HOST);
      }
    });
  }).timeout(30_000);
});

describe("withHosts, on the lab", () => {
  before(needLab);

  it("serves 48 hosts at once, with one connection each for all steps, and closes them", async () => {
    const targets = Array.from({ length: 48 }, (_, i) =>
      target(`host-${i}`, LAB_HOSTS[i % LAB_HOSTS.length]!.address, { connectTimeoutSeconds: 30 }),
    );
    // Both ends: connections to two hosts may have one client port.
    const ends = { script: 'echo "$SSH_CONNECTION"' };
    const connections = await withHosts((run) =>
      mapBounded(targets, async (one) => {
        const steps = [await run(one, ends, { timeoutSeconds: 40 }), await run(one, ends, { timeoutSeconds: 40 })];
        const [first = "", second] = steps.map(({ stdout }) => stdout);
        assert.equal(first, second);
        return first;
      }),
    );
    assert.equal(new Set(connections).size, 48);
    const ports = connections.map((connection) => Number(connection.split(" ")[1]));
    assert.deepEqual(
      openLocalPorts().filter((port) => ports.includes(port)),
      [],
    );
  }).timeout(60_000);
});
