import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { claimLocalPort } from "../../operations/reach/local-port";
import { openTunnel, tunnelArgv } from "../../operations/service/tunnel";
import type { SshConnection } from "../../plan/model/host";
import { BadInputError } from "../../plan/problems/errors";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const SSH: SshConnection = {
  kind: "ssh",
  address: "cygnus-07",
  user: "root",
  port: 22,
  knownHostsFile: "/etc/site hosts",
  connectTimeoutSeconds: 1,
};
const FORWARDING = { localPort: 40123, address: "127.0.0.1", port: 3000 };
const plan = sketchPlan([{ name: "cygnus-07", containers: [["grafana", "grafana"]] }]);

describe("tunnelArgv", () => {
  it("forwards from the loopback address to the service and runs nothing there", () => {
    const argv = tunnelArgv(SSH, FORWARDING);
    assert.deepEqual(argv.slice(-6), ["-o", "ExitOnForwardFailure=yes", "-N", "-L", "127.0.0.1:40123:127.0.0.1:3000", "root@cygnus-07"]);
    assert(!argv.some((word) => word.startsWith("ProxyCommand")));
  });

  it("goes through a login node with the same care for host keys", () => {
    const proxy = tunnelArgv(SSH, { ...FORWARDING, via: "me@login1:2222" }).find((word) => word.startsWith("ProxyCommand="));
    assert.match(proxy ?? "", /ssh:\/\/me@login1:2222$/);
    assert.match(proxy ?? "", /'UserKnownHostsFile="\/etc\/site hosts"'/);
  });

  it("logs in to the login node as to the host where no user is given", () => {
    const proxy = tunnelArgv(SSH, { ...FORWARDING, via: "login1" }).find((word) => word.startsWith("ProxyCommand="));
    assert.match(proxy ?? "", /root@login1$/);
  });

  for (const via of ["", "a b", "login1:99999", "login1/x", "me:secret@login1"]) {
    it(`refuses \`${via}\` as a login node`, () => {
      assert.throws(() => tunnelArgv(SSH, { ...FORWARDING, via }), BadInputError);
    });
  }
});

describe("openTunnel", () => {
  it("says what the stack does not have", async () => {
    await assert.rejects(
      openTunnel(plan, "ui"),
      /^BadInputError: ldms tunnel: the stack `sketch` has no ui\nhelp: `ldms:ui: { host: … }` in Pulumi\.sketch\.yaml$/,
    );
  });

  it("ends with ssh's words when ssh fails, at once", async () => {
    const began = Date.now();
    const ssh = "echo 'ssh: connect to host 198.18.0.17 port 22: No route to host' >&2; exit 255";
    await withPrograms({ ssh }, () =>
      assert.rejects(openTunnel(plan, "grafana"), /^RemoteCommandError: cygnus-07: unreachable: no route to host: tunnel$/),
    );
    assert(Date.now() - began < 5000);
  });

  it("gives up and ends ssh when its caller does", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(new Error("enough")), 300);
    await withPrograms({ ssh: "exec sleep 60" }, () =>
      assert.rejects(openTunnel(plan, "grafana", { signal: stop.signal }), /^Error: enough$/),
    );
  });

  it("refuses a local port that is taken", async () => {
    const port = await claimLocalPort();
    const server = createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    await assert.rejects(openTunnel(plan, "grafana", { localPort: port }), /local port \d+ cannot be used: EADDRINUSE/);
    server.close();
  });
});

/** Answers where it was told to forward from. */
const ANSWERING_SSH = `for word; do case $word in 127.0.0.1:*) port=\${word#127.0.0.1:} ;; esac; done
exec "${process.execPath}" -e 'require("node:http").createServer((_, answer) => answer.end()).listen(process.argv[1], "127.0.0.1")' "\${port%%:*}"`;

describe("ldms tunnel", () => {
  it("says with the address who else reaches it", async () => {
    const root = resolve(__dirname, "../..");
    await withPrograms({ ssh: ANSWERING_SSH }, async () => {
      const child = spawn(process.execPath, [resolve(root, "bin/ldms.js"), "tunnel", "grafana", "-s", "cygnus"], { cwd: root });
      const [stdout] = await once(child.stdout, "data");
      const stderr = text(child.stderr);
      child.kill("SIGINT");
      assert.match(String(stdout), /^grafana: http:\/\/127\.0\.0\.1:\d+\/ /);
      assert.equal(await stderr, "every user of this machine can open the page there; only its own login keeps them out\n");
    });
  });
});
