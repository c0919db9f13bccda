import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderKnownHosts, renderSshConfig } from "../../lab/lab-files";
import { hostNames, LAB_FILES, LabError, labHost, PROJECT_FOLDER, REGISTRY } from "../../lab/names";

const FILES_THAT_NAME_IT = ["lab/setup.sh", "lab/host/daemon.json"];

describe("renderSshConfig", () => {
  const lines = renderSshConfig().split("\n");

  it("leads each host's name to its address", () => {
    assert.deepEqual(lines.slice(0, 2), ["Host cygnus-01", "  HostName 198.18.0.11"]);
    assert.deepEqual(lines.slice(14, 16), ["Host cygnus-08", "  HostName 198.18.0.18"]);
  });

  it("checks host keys strictly, against the lab's own file only", () => {
    const checks = lines.filter((line) => /KnownHostsFile|StrictHostKeyChecking/.test(line)).map((line) => line.trim());
    assert.deepEqual(checks, [
      `UserKnownHostsFile "${LAB_FILES.knownHosts}"`,
      "GlobalKnownHostsFile /dev/null",
      "StrictHostKeyChecking yes",
    ]);
  });
});

describe("renderKnownHosts", () => {
  it("lists a host's key by name and by address, in the hosts' order", () => {
    const keys = new Map([
      ["cygnus-02", "ssh-ed25519 BBBB"],
      ["cygnus-01", "ssh-ed25519 AAAA"],
    ]);
    assert.equal(renderKnownHosts(keys), "cygnus-01,198.18.0.11 ssh-ed25519 AAAA\ncygnus-02,198.18.0.12 ssh-ed25519 BBBB\n");
  });
});

describe("labHost", () => {
  it("knows cygnus-01 to cygnus-08 and refuses any other name", () => {
    assert.deepEqual([hostNames.length, hostNames[0], hostNames[7]], [8, "cygnus-01", "cygnus-08"]);
    assert.throws(
      () => labHost("cygnus-09"),
      (error) => error instanceof LabError && error.subject === "cygnus-09",
    );
  });
});

describe("the registry's address", () => {
  for (const file of FILES_THAT_NAME_IT) {
    it(`is the same in ${file}`, () => {
      const named = readFileSync(join(PROJECT_FOLDER, file), "utf8").match(/198\.18\.[0-9]+\.[0-9]+:[0-9]+/g) ?? [];
      assert.deepEqual([...new Set(named)], [REGISTRY]);
    });
  }
});
