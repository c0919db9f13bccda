import assert from "node:assert/strict";
import {
  buildImages,
  docker,
  dockerOk,
  imageTag,
  logsOf,
  needEngine,
  removeAll,
  runToEnd,
  start,
  stopSeconds,
  waitFor,
} from "../images/engine";
import { scanLayers } from "../images/layer-scan";

describe("ldms-dev", function () {
  this.timeout(900_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-dev");
  });
  after(removeAll);

  it("is bash with the arguments of the container as they are", () => {
    const argv = ["a b", "*", "$HOME", "", 'say "x"'];
    const { code, out } = runToEnd([], "ldms-dev", "-c", 'printf "%s\\0" "$@"', "bash", ...argv);
    assert.equal(code, 0);
    assert.deepEqual(out.split("\0"), [...argv, ""]);
  });

  for (const [what, options, argv] of [
    ["people's own bash", ["--interactive", "--tty", "--env", "PROMPT_COMMAND=echo started"], []],
    ["one program", [], ["-c", "echo started; exec sleep 600"]],
    ["a script", [], ["-c", "sleep 600 & echo started; sleep 600; echo ended"]],
  ] as const) {
    it(`ends ${what} within 2 s of docker stop`, async () => {
      const id = start(options, "ldms-dev", argv);
      await waitFor("its first output", 20, () => logsOf(id).includes("started"));
      assert.ok(stopSeconds(id) < 2);
      // 129 is an end by SIGHUP, 137 would be docker's kill.
      assert.equal(dockerOk("inspect", "--format", "{{.State.ExitCode}}", id), "129");
      assert.doesNotMatch(logsOf(id), /ended/);
    });
  }

  it("has a health check that finds its compilers", () => {
    const format = "{{json .Config.Healthcheck.Test}}";
    const [, ...test] = JSON.parse(dockerOk("image", "inspect", "--format", format, imageTag("ldms-dev"))) as string[];
    assert.equal(runToEnd(["--entrypoint", test[0]!], "ldms-dev", ...test.slice(1)).code, 0);
  });

  it("holds no key, no secret and no cache in any layer", async () => {
    assert.deepEqual(await scanLayers([imageTag("ldms-dev")]), []);
  });
});

describe("ldms-maestro without an etcd", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages("ldms-maestro");
  });
  after(removeAll);

  it("ends after 5 tries with etcd's log", () => {
    const fake = "printf '#!/bin/sh\\necho waiting for a disk\\nexec sleep 600\\n' >/usr/local/bin/etcd; chmod +x /usr/local/bin/etcd";
    const id = start(["--entrypoint", "bash"], "ldms-maestro", ["-c", `${fake}; exec /usr/local/lib/ldms-maestro/entrypoint`]);
    assert.equal(docker(["wait", id]).out.trim(), "1");
    const tries = [1, 2, 3, 4, 5].map((number) => `etcd is not ready: try ${number} of 5\n`).join("");
    const help = "help: ports 2379 and 2380 of the host's loopback must be free; etcd's log is above\n";
    assert.equal(logsOf(id), `${tries}waiting for a disk\nldms: etcd health check failed\n${help}`);
  });
});
