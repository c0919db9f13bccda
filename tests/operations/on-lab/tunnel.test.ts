import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { LAB_HOSTS, runOnHost } from "../../../lab/lab";
import { RemoteCommandError } from "../../../operations/reach/remote-error";
import { openTunnel } from "../../../operations/service/tunnel";
import { sketchPlan } from "../lab-plan";
import { needLab, SPARE_HOST } from "./need-lab";

/** Answers every connection the same until it is ended, or after 30 s: a host has perl and no web server. */
const PAGE_SERVER = `use IO::Socket::INET; alarm 30;
$s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1:4110", ReuseAddr => 1) or die;
while ($c = $s->accept) { sysread $c, $_, 4096; print $c "HTTP/1.0 200 OK\\r\\nContent-Length: 4\\r\\n\\r\\npage"; close $c }`;
const LOGIN_NODE = LAB_HOSTS[0]!.address;

const plan = sketchPlan([{ name: SPARE_HOST, containers: [["grafana", "grafana"]] }]);

/** The ssh clients that this process started for a tunnel. */
function tunnelProcesses(): number[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, "utf8").trim().split(" ").filter(Boolean);
  return children.map(Number).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes("-N"));
}

describe("openTunnel, on the lab", function () {
  this.timeout(40_000);
  let server = "";

  before(async function () {
    await needLab.call(this);
    server = await runOnHost(SPARE_HOST, `perl -e '${PAGE_SERVER}' >/dev/null 2>&1 & echo $!`);
  });
  after(async () => {
    if (server) await runOnHost(SPARE_HOST, `kill ${server}`);
  });

  it("leads to a service that listens on its host's loopback address only, through a login node", async () => {
    const tunnel = await openTunnel(plan, "grafana", { via: `root@${LOGIN_NODE}` });
    const page = await (await fetch(tunnel.url)).text();
    await tunnel.close();
    assert.equal(page, "page");
    await tunnel.ended;
    await assert.rejects(fetch(tunnel.url), TypeError);
    assert.deepEqual(tunnelProcesses(), []);
  });

  it("closes when its signal comes", async () => {
    const stop = new AbortController();
    const tunnel = await openTunnel(plan, "grafana", { signal: stop.signal });
    stop.abort();
    await tunnel.ended;
    assert.deepEqual(tunnelProcesses(), []);
  });

  it("tells when ssh ends by itself", async () => {
    const tunnel = await openTunnel(plan, "grafana");
    const [ssh] = tunnelProcesses();
    assert(ssh);
    process.kill(ssh);
    await assert.rejects(tunnel.ended, RemoteCommandError);
  });
});
