import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fingerprintOf, keyKind, knownKeys, knownName, parseScan, trustKeys } from "../../plan/hosts/known-hosts";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIEt5vVhrGB5U2hKqBzFYwCWeFIlvGbNbcTWFCBXjFBcs";
const OTHER = "AAAAC3NzaC1lZDI1NTE5AAAAIPmzx0Ge5VEXtfs0bkEvVQAGLZkcSeHWkEHIRm/nvLVD";

describe("known_hosts", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-known-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const keygen = (args: readonly string[]) => execFileSync("ssh-keygen", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

  it("are read from what ssh-keyscan prints", () => {
    const text = `# 198.18.0.11:22 SSH-2.0-OpenSSH_9.2\n198.18.0.11 ssh-ed25519 ${KEY}\n[login]:2222 ssh-rsa AAAA\n`;
    assert.deepEqual(parseScan(text, new Set(["198.18.0.11", "[login]:2222"])), [
      { name: "198.18.0.11", type: "ssh-ed25519", key: KEY },
      { name: "[login]:2222", type: "ssh-rsa", key: "AAAA" },
    ]);
  });

  const unasked = [
    `n2 ssh-ed25519 ${KEY}`,
    `n1,n2 ssh-ed25519 ${KEY}`,
    `* ssh-ed25519 ${KEY}`,
    `[n1]:23 ssh-ed25519 ${KEY}`,
    `@cert-authority n1 ${KEY}`,
  ];
  const broken = ["n1", "n1 ssh-ed25519", "n1 ssh-dss AAAA", "n1 ssh-\u001b[2Jrsa AAAA", "n1 ssh-rsa $(id)", `N1 ssh-ed25519 ${KEY}`];
  for (const line of [...unasked, ...broken]) {
    it(`are not read from ${JSON.stringify(line)}, where n1 was asked`, () =>
      assert.deepEqual(parseScan(`${line}\n`, new Set(["n1"])), []));
  }

  it("have ssh's own names, kinds and fingerprints", () => {
    assert.deepEqual([knownName({ address: "a", port: 22 }), knownName({ address: "fd00::1", port: 2222 })], ["a", "[fd00::1]:2222"]);
    assert.deepEqual(["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"].map(keyKind), ["ed25519", "ecdsa", "rsa"]);
    const file = join(folder, "key.pub");
    writeFileSync(file, `ssh-ed25519 ${KEY}\n`);
    assert.equal(keygen(["-l", "-f", file]).split(" ")[1], fingerprintOf(KEY));
  });

  it("are found by one of several names, and by a hashed one as ssh-keygen hashes it", () => {
    const file = join(folder, "known");
    writeFileSync(file, `# kept\ncygnus-01,198.18.0.11 ssh-ed25519 ${KEY}\n`);
    const found = [{ name: "198.18.0.11", type: "ssh-ed25519", key: KEY }];
    assert.deepEqual(knownKeys(readFileSync(file, "utf8"), "198.18.0.11"), found);
    keygen(["-H", "-f", file]);
    const hashed = readFileSync(file, "utf8");
    assert.ok(!hashed.includes("198.18"));
    assert.deepEqual([knownKeys(hashed, "198.18.0.11"), knownKeys(hashed, "198.18.0.1")], [found, []]);
  });

  it("keep everything else when a host's key is replaced", () => {
    const before = `# by hand\ncygnus-01,198.18.0.11 ssh-ed25519 ${KEY}\n@revoked * ssh-rsa AAAA\n198.18.0.12 ssh-ed25519 ${KEY}\n`;
    const after = trustKeys(before, [{ name: "198.18.0.11", type: "ssh-ed25519", key: OTHER }]);
    assert.equal(
      after,
      `# by hand\ncygnus-01 ssh-ed25519 ${KEY}\n@revoked * ssh-rsa AAAA\n198.18.0.12 ssh-ed25519 ${KEY}\n198.18.0.11 ssh-ed25519 ${OTHER}\n`,
    );
    assert.deepEqual(knownKeys(after, "198.18.0.11"), [{ name: "198.18.0.11", type: "ssh-ed25519", key: OTHER }]);
    assert.equal(trustKeys("", knownKeys(after, "198.18.0.12")), `198.18.0.12 ssh-ed25519 ${KEY}\n`);
  });
});
