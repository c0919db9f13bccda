import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import type { ImageName } from "../../plan/model/image";
import { buildImages, docker, dockerOk, logsOf, needEngine, removeAll, start, stopSeconds, waitFor } from "./engine";

interface Case {
  readonly image: ImageName;
  readonly program: string;
  readonly options?: readonly string[];
  readonly argv?: readonly string[];
  /** The log's line that says that it works. */
  readonly ready: RegExp;
  /** What only the program's own shutdown writes. */
  readonly farewell: RegExp;
  /** A file of the container that has the farewell, where its log has not. */
  readonly file?: string;
}

const LISTEN = ["-x", "sock:14140:127.0.0.1", "-a", "munge", "-v", "INFO"];
const CASES: readonly Case[] = [
  { image: "ldms-samp", program: "ldmsd", argv: LISTEN, ready: /Listening on sock:14140/, farewell: /: ldmsd: LDMSD_ cleanup end\.\n$/ },
  { image: "ldms-agg", program: "ldmsd", argv: LISTEN, ready: /Listening on sock:14140/, farewell: /: ldmsd: LDMSD_ cleanup end\.\n$/ },
  {
    image: "ldms-agg",
    program: "dsosd and rpcbind",
    options: ["--entrypoint", "/usr/local/sbin/ldms-dsosd"],
    ready: /dsosd: serving/,
    farewell: /dsosd: stopped\n$/,
  },
  {
    image: "ldms-maestro",
    program: "maestro and etcd",
    ready: /Failed to communicate with LDMSD none on endpoint none-ep/,
    farewell: /received terminated signal, shutting down/,
    file: "/var/log/etcd.log",
  },
  {
    image: "ldms-ui",
    program: "uwsgi",
    argv: ["--http-socket=127.0.0.1:8080"],
    ready: /WSGI app 0 .* ready/,
    farewell: /goodbye to uWSGI/,
  },
  {
    image: "ldms-grafana",
    program: "grafana-server",
    ready: /HTTP Server Listen/,
    farewell: /msg="Shutdown started" reason="System signal: terminated"\n$/,
  },
];

describe("docker stop", function () {
  this.timeout(300_000);
  before(function () {
    needEngine(this);
    buildImages(...new Set(CASES.map(({ image }) => image)));
  });
  after(removeAll);

  for (const { image, program, options = [], argv = [], ready, farewell, file } of CASES) {
    it(`of ${image} is ${program}'s own shutdown, within 2 s and with status 0`, async () => {
      const id = start(options, image, argv, argv.includes("munge") ? randomBytes(1024) : undefined);
      await waitFor("ready", 40, () => ready.test(logsOf(id)));
      const seconds = stopSeconds(id);
      assert.ok(seconds < 2, `${seconds} s`);
      // 137 is a container that was killed, 143 a program that the signal ended without its doing.
      assert.equal(dockerOk("inspect", "--format", "{{.State.ExitCode}}", id), "0");
      const said = file ? docker(["cp", `${id}:${file}`, "-"]).out.replaceAll("\0", "") : logsOf(id);
      assert.match(said.slice(-2000), farewell);
    });
  }

  it("of maestro ends one whose etcd does not come up", async () => {
    const script =
      "printf '#!/bin/sh\\nexec sleep 600\\n' >/usr/local/bin/etcd; chmod +x /usr/local/bin/etcd; exec /usr/local/lib/ldms-maestro/entrypoint";
    const id = start(["--entrypoint", "bash"], "ldms-maestro", ["-c", script]);
    await waitFor("a try", 40, () => logsOf(id).includes("etcd is not ready: try 1 of 5"));
    assert.ok(stopSeconds(id) < 2);
    assert.equal(dockerOk("inspect", "--format", "{{.State.ExitCode}}", id), "0");
  });
});
