import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { dockerHostUrl, renderSshConfig, sshDestination, sshOpts } from "../../plan/hosts/ssh";
import type { PlannedHost, SshConnection } from "../../plan/model/host";
import { examplePlan, NO_FACTS } from "./example-stack";

const PLAIN: SshConnection = { kind: "ssh", address: "cygnus-01", user: "root", port: 22, connectTimeoutSeconds: 10 };
const PINNED: SshConnection = { ...PLAIN, address: "198.18.0.11", keyFile: "my keys/id", knownHostsFile: ".ldms/known_hosts" };
const JUMP = { address: "login", user: "ops", port: 2222 };

/** What OpenSSH itself makes of the options, by lower-case name. */
function readBySsh(argv: readonly string[]): ReadonlyMap<string, string> {
  const output = execFileSync("ssh", ["-G", ...argv], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return new Map(output.split("\n").map((line) => [line.split(" ", 1)[0]!, line.slice(line.indexOf(" ") + 1)]));
}

/** What the ssh says that a ProxyCommand starts, after what ssh and its shell make of the words. */
function nextHop(settings: ReadonlyMap<string, string>, host: string) {
  const values: Readonly<Record<string, string>> = { "%h": host, "%p": "22", "%%": "%" };
  const command = settings.get("proxycommand")!.replace(/%./g, (token) => values[token]!);
  const words = execFileSync("sh", ["-c", `set -- ${command}; printf '%s\\n' "$@"`], { encoding: "utf8" })
    .trimEnd()
    .split("\n");
  return { forward: words[words.indexOf("-W") + 1], settings: readBySsh(words.slice(1)) };
}

describe("sshOpts", () => {
  it("lets no host hang a run and reads nobody's own config", () => {
    assert.deepEqual(sshOpts(PLAIN), [
      ...["-F", "none"],
      ...["-o", "BatchMode=yes"],
      ...["-o", "ConnectTimeout=10"],
      ...["-o", "ServerAliveInterval=5"],
      ...["-o", "ServerAliveCountMax=3"],
      ...["-o", "StrictHostKeyChecking=accept-new"],
    ]);
  });

  it("checks pinned hosts strictly, with the one key", () => {
    // A key file that is not there would be left out.
    const connection = { ...PINNED, keyFile: __filename };
    const settings = readBySsh([...sshOpts(connection), sshDestination(connection)]);
    assert.equal(settings.get("stricthostkeychecking"), "true");
    assert.equal(settings.get("userknownhostsfile"), ".ldms/known_hosts");
    assert.equal(settings.get("globalknownhostsfile"), "/dev/null");
    assert.equal(settings.get("identityfile"), __filename);
    assert.equal(settings.get("identitiesonly"), "yes");
  });

  it("has one file of pinned keys, though a blank is in its name", () => {
    const options = sshOpts({ ...PINNED, keyFile: __filename, knownHostsFile: "my hosts/known" });
    assert.ok(options.includes('UserKnownHostsFile="my hosts/known"'));
    assert.equal(readBySsh([...options, sshDestination(PINNED)]).get("userknownhostsfile"), "my hosts/known");
  });

  it("keeps a connection at the path given", () => {
    const settings = readBySsh([...sshOpts(PLAIN, { path: "/tmp/x/1", how: "step" }), sshDestination(PLAIN)]);
    assert.equal(settings.get("controlmaster"), "auto");
    assert.equal(settings.get("controlpath"), "/tmp/x/1");
    assert.equal(settings.get("controlpersist"), "60");
  });

  it("keeps it for the next verb, or goes through what is kept and never by itself", () => {
    const read = (how: "open" | "pass", connection: SshConnection) =>
      readBySsh([...sshOpts(connection, { path: "/tmp/x/1", how }), "host"]);
    assert.deepEqual(
      ["controlmaster", "controlpersist"].map((name) => read("open", PLAIN).get(name)),
      ["auto", "600"],
    );
    const passing = read("pass", { ...PINNED, jump: JUMP });
    assert.deepEqual(
      ["controlmaster", "controlpath", "proxycommand"].map((name) => passing.get(name)),
      ["false", "/tmp/x/1", "false"],
    );
  });

  it("goes through a login node with the same key, pins and time-outs", () => {
    const [command] = sshOpts({ ...PINNED, jump: JUMP }).filter((word) => word.startsWith("ProxyCommand="));
    assert.equal(
      command,
      "ProxyCommand=ssh -F none -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3 -o StrictHostKeyChecking=yes " +
        "-o UserKnownHostsFile=.ldms/known_hosts -o GlobalKnownHostsFile=/dev/null -i 'my keys/id' -o IdentitiesOnly=yes -W '[%h]:%p' ssh://ops@login:2222",
    );
  });

  it("goes through several login nodes, one behind the other, as ssh itself reads it", () => {
    const jump = { address: "inner", user: "root", port: 22, jump: { address: "outer", user: "ops", port: 2222 } };
    const options = sshOpts({ ...PLAIN, jump });
    assert.ok(options.includes("ConnectTimeout=30"));
    const inner = nextHop(readBySsh([...options, "root@cygnus-01"]), "cygnus-01");
    assert.deepEqual([inner.forward, inner.settings.get("hostname"), inner.settings.get("user")], ["[cygnus-01]:22", "inner", "root"]);
    assert.equal(inner.settings.get("connecttimeout"), "20");
    const outer = nextHop(inner.settings, "inner");
    assert.deepEqual([outer.forward, outer.settings.get("hostname"), outer.settings.get("user")], ["[inner]:22", "outer", "ops"]);
    assert.deepEqual([outer.settings.get("port"), outer.settings.has("proxycommand")], ["2222", false]);
  });

  it("gives a host behind a login node longer than the login node, whose failure would look like the host's", () => {
    assert.ok(sshOpts({ ...PINNED, jump: JUMP }).includes("ConnectTimeout=20"));
  });

  it("has none for the machine itself", () => {
    assert.deepEqual(sshOpts({ kind: "local" }), []);
  });
});

describe("sshDestination", () => {
  it("has the port where it is another than 22", () => {
    assert.equal(sshDestination(PLAIN), "root@cygnus-01");
    assert.equal(sshDestination({ ...PLAIN, address: "fd00::1", port: 2222 }), "ssh://root@[fd00::1]:2222");
  });

  it("is understood by ssh", () => {
    const settings = readBySsh([...sshOpts(PLAIN), sshDestination({ ...PLAIN, port: 2222 })]);
    assert.deepEqual(
      ["user", "hostname", "port"].map((name) => settings.get(name)),
      ["root", "cygnus-01", "2222"],
    );
  });
});

describe("dockerHostUrl", () => {
  it("names user, address and port, or the local socket", () => {
    assert.equal(dockerHostUrl(PLAIN), "ssh://root@cygnus-01:22");
    assert.equal(dockerHostUrl({ ...PLAIN, address: "fd00::1" }), "ssh://root@[fd00::1]:22");
    assert.equal(dockerHostUrl({ kind: "local" }), "unix:///var/run/docker.sock");
  });
});

describe("renderSshConfig by several login nodes", () => {
  it("has them in one line, as ssh takes them", () => {
    const jump = { ...JUMP, jump: { address: "outer", user: "root", port: 22 } };
    const [host] = examplePlan({}, NO_FACTS, "lab").hosts;
    assert.match(renderSshConfig([{ ...host!, connection: { ...PLAIN, jump } }]), /^ {2}ProxyJump root@outer,ssh:\/\/ops@login:2222$/m);
  });
});

describe("renderSshConfig", () => {
  const hosts = examplePlan({}, NO_FACTS, "lab").hosts;

  it("says of a host what the deployment's own options say", () => {
    const jumping: PlannedHost = { ...hosts[0]!, connection: { ...PINNED, port: 2222, jump: JUMP } };
    assert.equal(
      renderSshConfig([jumping]),
      [
        "Host cygnus-01",
        "  HostName 198.18.0.11",
        "  User root",
        "  Port 2222",
        "  ConnectTimeout 20",
        "  ServerAliveInterval 5",
        "  ServerAliveCountMax 3",
        '  IdentityFile "my keys/id"',
        "  IdentitiesOnly yes",
        '  UserKnownHostsFile ".ldms/known_hosts"',
        "  StrictHostKeyChecking yes",
        "  ProxyJump ssh://ops@login:2222",
        "",
      ].join("\n"),
    );
  });

  it("has one block for each host that is reached by ssh", () => {
    const local: PlannedHost = { ...hosts[6]!, connection: { kind: "local" } };
    const text = renderSshConfig([...hosts.slice(0, 6), local]);
    assert.equal(text.match(/^Host /gm)?.length, 6);
  });
});
