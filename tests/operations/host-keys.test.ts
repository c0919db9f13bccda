import assert from "node:assert/strict";
import { renderScan, scanHostKeys } from "../../operations/reach/host-keys";
import { assertOneWayEach, type KeyTarget, listKeyTargets } from "../../operations/reach/key-targets";
import { describeRefusal, withRemedy } from "../../operations/reach/refused-key";
import { fingerprintOf } from "../../plan/hosts/known-hosts";
import type { SshConnection } from "../../plan/model/host";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const ONE = "AAAAC3NzaC1lZDI1NTE5AAAAIEt5vVhrGB5U2hKqBzFYwCWeFIlvGbNbcTWFCBXjFBcs";
const TWO = "AAAAC3NzaC1lZDI1NTE5AAAAIPmzx0Ge5VEXtfs0bkEvVQAGLZkcSeHWkEHIRm/nvLVD";
const VIA: SshConnection = { kind: "ssh", address: "10.0.0.1", user: "root", port: 22, connectTimeoutSeconds: 3 };

function target(host: string, address: string): KeyTarget {
  return { host, address, port: 22, connection: { ...VIA, address }, isJump: false };
}

describe("scanHostKeys", () => {
  const hosts = [1, 2, 3, 4].map((number) => target(`n${number}`, `10.0.0.${number}`));
  const answers = [1, 2, 3].map((number) => `echo '10.0.0.${number} ssh-ed25519 ${ONE}'`).join("\n");
  const known = `10.0.0.1 ssh-ed25519 ${ONE}\nalias,10.0.0.2 ssh-ed25519 ${TWO}\n`;

  it("tells known, changed, new and silent hosts apart, by one ssh-keyscan with a time-out", async () => {
    await withPrograms(
      { "ssh-keyscan": `[ "$*" = "-T 3 -p 22 -t ed25519,ecdsa,rsa 10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4" ] || exit 9\n${answers}\nexit 1` },
      async () => {
        const scanned = await scanHostKeys(hosts, known);
        assert.deepEqual(
          scanned.map(({ state }) => state),
          ["same", "changed", "new", "silent"],
        );
        assert.deepEqual(renderScan(scanned), [
          `n2: CHANGED: ed25519 ${fingerprintOf(ONE)}\n  it was: ed25519 ${fingerprintOf(TWO)}`,
          `n3: new: ed25519 ${fingerprintOf(ONE)}`,
          "n4: gives no host key",
        ]);
      },
    );
  });

  it("folds hosts of one boot image", async () => {
    await withPrograms({ "ssh-keyscan": answers }, async () => {
      assert.deepEqual(renderScan(await scanHostKeys(hosts.slice(0, 3), "")), [`n[1-3]: new: ed25519 ${fingerprintOf(ONE)}`]);
    });
  });

  it("takes a key only from where it was asked for", async () => {
    const behind = (login: string): KeyTarget => {
      const { connection, ...rest } = target(`n-${login}`, "10.0.0.1");
      return { ...rest, connection: { ...connection, jump: { address: login, user: "ops", port: 22 } } };
    };
    const ssh = `cat >/dev/null; case "$*" in *login-1*) echo '10.0.0.1 ssh-ed25519 ${ONE}'; echo '10.0.0.3 ssh-ed25519 ${ONE}' ;; esac`;
    await withPrograms({ ssh, "ssh-keyscan": "exit 1" }, async () => {
      const scanned = await scanHostKeys([behind("login-1"), behind("login-2"), target("n3", "10.0.0.3")], "");
      assert.deepEqual(
        scanned.map(({ state }) => state),
        ["new", "silent", "silent"],
      );
    });
  });

  it("takes a further type of a known host for no change", async () => {
    await withPrograms({ "ssh-keyscan": `${answers}\necho '10.0.0.1 ssh-rsa AAAA'` }, async () => {
      assert.deepEqual(
        (await scanHostKeys(hosts.slice(0, 1), known)).map(({ state }) => state),
        ["same"],
      );
    });
  });
});

describe("listKeyTargets", () => {
  it("has each login node once, before the hosts behind it", () => {
    const plan = sketchPlan(["n1", "n2"].map((name) => ({ name, address: name, containers: [] })));
    const jump = { address: "login", user: "ops", port: 2222 };
    const hosts = plan.hosts.map((host) => ({ ...host, connection: { ...host.connection, jump } as SshConnection }));
    const targets = listKeyTargets({ ...plan, hosts }).map(({ host, port, isJump }) => `${host}:${port} ${isJump}`);
    assert.deepEqual(targets, ["login:2222 true", "n1:22 false", "n2:22 false"]);
  });

  it("asks of two login nodes the second one by the first", () => {
    const plan = sketchPlan(["n1", "n2"].map((name) => ({ name, address: name, containers: [] })));
    const jump = { address: "inner", user: "ops", port: 22, jump: { address: "outer", user: "ops", port: 22 } };
    const hosts = plan.hosts.map((host) => ({ ...host, connection: { ...host.connection, jump } as SshConnection }));
    const ways = listKeyTargets({ ...plan, hosts }).map((one) => `${one.host} by ${one.connection.jump?.address ?? "this machine"}`);
    assert.deepEqual(ways, ["outer by this machine", "inner by outer", "n1 by inner", "n2 by inner"]);
  });
});

describe("assertOneWayEach", () => {
  const login = (address: string) => ({ ...VIA, jump: { address, user: "ops", port: 22 } });
  const same = ["login-1", "login-2"].map((name) => ({ ...target(`n-${name}`, "10.0.0.1"), connection: login(name) }));

  it("refuses one name by two ways, and takes several hosts of one way", () => {
    assert.throws(
      () => assertOneWayEach(same, "known"),
      /^BadInputError: known: a key is of one host only:\n {2}- `10\.0\.0\.1` is n-login-\[1-2\]/,
    );
    assertOneWayEach([same[0]!, { ...same[0]!, host: "again" }, target("n2", "10.0.0.2")], "known");
  });

  it("can be done right by files of their own, each with the login node's key", () => {
    const jump = { address: "login", user: "ops", port: 22 };
    const plan = sketchPlan(["n1", "n2"].map((name) => ({ name, address: name, containers: [] })));
    const hosts = plan.hosts.map((host) => ({ ...host, connection: { ...VIA, address: host.name, jump, knownHostsFile: host.name } }));
    const targets = listKeyTargets({ ...plan, hosts }).map(({ host, connection }) => `${connection.knownHostsFile}: ${host}`);
    assert.deepEqual(targets, ["n1: login", "n2: login", "n1: n1", "n2: n2"]);
  });
});

describe("withRemedy", () => {
  const refused = (name: string, offered?: string) =>
    ({ kind: "refused", reason: "r", hostKey: { name, ...(offered !== undefined && { offered }) } }) as const;
  const remedyOf = (connection: Partial<SshConnection>, ...key: Parameters<typeof refused>) => {
    const failure = withRemedy(refused(...key), "n1", { ...VIA, ...connection });
    return "remedy" in failure ? failure.remedy : undefined;
  };
  const jump = { address: "login", user: "ops", port: 2222 };
  const NEW = "ed25519 SHA256:new";

  it("names the one command, for the host or for the login node before it", () => {
    assert.equal(remedyOf({ stack: "c" }, "10.0.0.1", NEW), "ldms hosts trust -s c --replace n1");
    assert.equal(remedyOf({ stack: "c", address: "N1.site" }, "n1.site", NEW), "ldms hosts trust -s c --replace n1");
    assert.equal(remedyOf({ stack: "c", port: 2200 }, "[10.0.0.1]:2200", NEW), "ldms hosts trust -s c --replace n1");
    assert.equal(remedyOf({ stack: "c", jump }, "[login]:2222", NEW), "ldms hosts trust -s c --replace login");
    assert.equal(remedyOf({ stack: "c" }, "10.0.0.1"), "ldms hosts trust -s c");
  });

  it("knows no stack's key for what is none, and then names the line that is in the way", () => {
    assert.equal(remedyOf({}, "10.0.0.1", NEW), "ssh-keygen -R 10.0.0.1");
    assert.equal(remedyOf({ stack: "c", knownHostsFile: "my keys" }, "elsewhere", NEW), "ssh-keygen -f 'my keys' -R elsewhere");
    assert.equal(remedyOf({ stack: "c" }, "elsewhere"), undefined);
    assert.equal(remedyOf({}, "$(id)", NEW), "ssh-keygen -R '$(id)'");
  });

  it("leaves what is about no key as it is", () => {
    const failure = { kind: "unreachable", reason: "no route to host" } as const;
    assert.equal(withRemedy(failure, "n1", { ...VIA, stack: "c" }), failure);
  });
});

describe("describeRefusal", () => {
  it("says of a key that is not known how it becomes so", () => {
    const failure = { kind: "refused", reason: "r", hostKey: { name: "10.0.0.1" }, remedy: "ldms hosts trust -s c" } as const;
    assert.deepEqual(describeRefusal(failure, VIA), {
      message: "ssh is refused: its host key is not known",
      help: "ldms hosts trust -s c",
    });
  });
});
