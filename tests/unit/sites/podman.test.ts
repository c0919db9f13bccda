import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderHostRemoval, renderHostScript } from "../../../plan/fan-out/host-script";
import { sitePlan } from "./site-stack";

const LIGHT = join(__dirname, "../../../bench/light");
const REFERENCE = `reg.site:5000/ovishpc/ldms-samp@sha256:${"1".repeat(64)}`;

/**
 * What podman 5.4.2 of Debian 13 says otherwise than docker: names without a slash, ids without `sha256:`, and a line in front of every answer. It shows
 * nothing of podman itself; docs/fan-out.md says what was seen of that.
 */
const PODMAN = `echo 'Emulate Docker CLI using podman. Create /etc/containers/nodocker to quiet msg.' >&2
said=$(${LIGHT}/docker "$@") || exit
[ -z "$said" ] || printf '%s\\n' "$said" | sed 's,^/,,; s,sha256:,,'`;

/** Whoever runs the tests, the files are root's. */
const FIND = "/usr/bin/find \"$@\" | sed 's/[0-9]*:[0-9]*$/0:0/'";

describe("hosts whose docker is podman's (cp2k/cp2k#4214, containers/podman#18222, NERSC/podman-hpc)", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-podman-"));
    mkdirSync(join(folder, "bin"));
    for (const name of ["run-seconds", "pull-seconds"]) writeFileSync(join(folder, name), "0\n");
    for (const [name, body] of Object.entries({ docker: PODMAN, chown: "exit 0", find: FIND })) {
      writeFileSync(join(folder, "bin", name), `#!/bin/sh\n${body}\n`);
      chmodSync(join(folder, "bin", name), 0o755);
    }
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const plan = sitePlan("hosts: n[1-2]\nmethod: fan-out");
  const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
  const script = renderHostScript(scope, plan.fanOut!.groups[0]!, new Map([["ldms-samp", REFERENCE]]));
  const run = (text: string, ...args: readonly string[]) => {
    const env = { PATH: `${join(folder, "bin")}:${LIGHT}:/usr/bin:/bin`, LIGHT_STATE: folder, SSH_CONNECTION: "here 1 198.19.0.1 22" };
    const input = `content() { printf 'YQ==\\nYQ==\\n'; }\n${text.replaceAll("/var/lib/ldms", `${folder}/ldms`)}`;
    return spawnSync("sh", ["-s", "--", ...args], { input, encoding: "utf8", env });
  };
  const containersOf = (stdout: string) =>
    stdout
      .trim()
      .split(" ")
      .filter((word) => word.startsWith("samp:"));

  it("get their containers by the method fan-out once, and are as planned then", () => {
    assert.deepEqual(containersOf(run(script, "n1", "apply", "0").stdout), ["samp:create"]);
    assert.deepEqual(containersOf(run(script, "n1", "apply", "0").stdout), ["samp:same"]);
    assert.equal(readFileSync(join(folder, "198.19.0.1.started"), "utf8"), "samp\n");
    assert.match(run(renderHostRemoval(scope)).stdout, /^ok samp:remove$/m);
  });

  it("do not count as cleaned where podman ends while it is asked what to take away", () => {
    run(script, "n1", "apply", "0");
    writeFileSync(join(folder, "bin/docker"), `#!/bin/sh\n[ "$1" != inspect ] || { echo 'no engine' >&2; exit 125; }\n${PODMAN}\n`);
    const { stdout, status } = run(renderHostRemoval(scope));
    assert.deepEqual([stdout, status], ["failed docker: no engine\n", 1]);
  });

  it("say why where podman does not work", () => {
    writeFileSync(join(folder, "198.19.0.1.broken"), "");
    const { stdout, status } = run(script, "n1", "check", "0");
    assert.match(stdout, /^failed docker: /);
    assert.equal(status, 1);
  });
});
