import assert from "node:assert/strict";
import { LAB_HOSTS, runOnHost } from "../../../lab/lab";
import { waitForHost } from "../../../lab/lab-hosts";
import { REGISTRY } from "../../../lab/names";
import { preflight } from "../../../operations/preflight/preflight";
import { decideVerdict, renderPreflight } from "../../../operations/preflight/verdict";
import type { PlannedMount } from "../../../plan/model/container";
import type { DeploymentPlan } from "../../../plan/model/deployment-plan";
import { changeContainers } from "../../unit/change-containers";
import { sketchPlan as sketchWhole } from "../lab-plan";
import { DEAD_ADDRESS, needLab, SPARE_HOST } from "./need-lab";

const SAMP = [["ops-samp", "sampler"]] as const;
const everyHost = LAB_HOSTS.map(({ name }) => ({ name, containers: SAMP }));
const dead = { name: "cygnus-09", address: DEAD_ADDRESS, containers: SAMP };

/** Without images: what the registry has at this time is another test's. */
const sketchPlan: typeof sketchWhole = (hosts, changes) => sketchWhole(hosts, { images: [], ...changes });

async function lines(plan: DeploymentPlan): Promise<string[]> {
  return renderPreflight(await preflight(plan)).split("\n");
}

describe("preflight, on the lab", function () {
  this.timeout(60_000);
  before(needLab);

  it("finds eight hosts ready, and keeps their credentials to itself", async () => {
    const report = await preflight(sketchPlan(everyHost));
    assert.match(renderPreflight(report), /^8 hosts are ready: Docker [0-9]/);
    assert(!JSON.stringify(report).includes("MUNGE:"));
  });

  it("lets a dead sampler host be skipped where the stack tolerates it", async () => {
    const began = Date.now();
    const plan = sketchPlan([...everyHost, dead], { toleratedDeadHosts: 1 });
    const report = await preflight(plan);
    assert.deepEqual(decideVerdict(report, plan), { decision: "go", skipped: ["cygnus-09"] });
    assert(Date.now() - began < 15_000, `${Date.now() - began} ms`);
  });

  it("names hosts whose names do not resolve, folded, in less than 20 s", async () => {
    const hosts = everyHost.map((host) => ({ ...host, address: `${host.name}.invalid` }));
    const began = Date.now();
    assert.deepEqual(await lines(sketchPlan(hosts)), ["cygnus-[01-08]: unreachable: the name does not resolve"]);
    assert(Date.now() - began < 20_000);
  });

  it("names the image that the registry does not have, and not one that it has", async () => {
    const [there, missing] = ["there", "missing"].map((tag) => `${REGISTRY}/ops-test/ldms-samp:${tag}`) as [string, string];
    const push = `tar -c -T /dev/null | docker import - ${there} >/dev/null && docker push --quiet ${there} >/dev/null; docker rmi ${there} >/dev/null`;
    await runOnHost(SPARE_HOST, push);
    const of = (reference: string) => lines(sketchPlan(everyHost, { images: [{ name: "ldms-samp", reference }] }));
    assert.match((await of(there)).join("\n"), /^8 hosts are ready: Docker [0-9][^\n]*$/);
    assert.deepEqual((await of(missing))[0], `cygnus-[01-08]: image \`${missing}\` is not in registry \`${REGISTRY}\``);
  });

  it("names a registry that does not answer", async () => {
    const reference = `${DEAD_ADDRESS}:5000/ops-test/ldms-samp:1`;
    const began = Date.now();
    const [first = ""] = await lines(sketchPlan(everyHost, { images: [{ name: "ldms-samp", reference }] }));
    assert.match(
      first,
      /^cygnus-\[01-08\]: registry `198\.18\.0\.99:5000` does not answer cygnus-01: (dial tcp .*no route to host|no answer within 8 s)$/,
    );
    assert(Date.now() - began < 20_000, `${Date.now() - began} ms`);
  });

  it("names the container and the process in its way", async () => {
    // The listener ends by itself, should the test not get to end it.
    const listener = `perl -MIO::Socket::INET -e 'alarm 30; $s = IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1:4110"); sleep 30' >/dev/null 2>&1 & echo $!`;
    const make = "tar -c -T /dev/null | docker import - ops-empty >/dev/null && docker create --name ops-samp ops-empty /none >/dev/null";
    // In the state LISTEN: connections to an earlier listener are still there, too.
    const listens = "until grep -q '0100007F:100E 00000000:0000 0A' /proc/net/tcp; do sleep 0.1; done";
    const pid = await runOnHost(SPARE_HOST, `${make}; ${listener}; ${listens}`);
    try {
      const found = await lines(sketchPlan(everyHost));
      assert.deepEqual(found.slice(1), [
        `${SPARE_HOST}: container \`ops-samp\` exists and is not of this program`,
        "  help: there: `docker rm --force ops-samp`, or another name in the stack file",
        `${SPARE_HOST}: port 4110 (ldmsd of \`ops-samp\`) is held by \`perl\`, process ${pid}`,
      ]);
    } finally {
      await runOnHost(SPARE_HOST, `kill ${pid}; docker rm --force ops-samp >/dev/null; docker rmi ops-empty >/dev/null`);
    }
  });

  it("names the host with another munge key, before anything is changed", async () => {
    const restart = "kill $(cat /run/munge/munged.pid); sleep 2";
    const key = "/etc/munge/munge.key";
    await runOnHost(SPARE_HOST, `cp -p ${key} ${key}.right && head -c 128 /dev/urandom >${key}; ${restart}`);
    try {
      await waitForHost(SPARE_HOST);
      const found = await lines(sketchPlan(everyHost));
      assert.equal(found[1], `${SPARE_HOST}: munge credential of cygnus-01 is refused: Invalid credential`);
      assert.match(found[0] ?? "", /^7 of 8 hosts are ready/);
    } finally {
      await runOnHost(SPARE_HOST, `mv ${key}.right ${key}; ${restart}`);
      await waitForHost(SPARE_HOST);
    }
  });

  it("names the host whose own key for the containers is another one", async () => {
    const path = "/root/ops test.key";
    const mount: PlannedMount = { kind: "bind", hostPath: path, containerPath: "/etc/munge/munge.key", readOnly: true };
    const sketch = sketchPlan(everyHost.slice(-3), { munge: { mode: "key", hostPath: path } });
    const plan = changeContainers(sketch, (container) => ({ ...container, mounts: [mount] }));
    const names = plan.hosts.map(({ name }) => name);
    const write = (name: string) =>
      runOnHost(name, `umask 077; echo ${name === SPARE_HOST ? "odd" : "even"} | sha256sum >"${path}"; chown 101:101 "${path}"`);
    try {
      await Promise.all(names.map(write));
      assert.deepEqual((await lines(plan)).slice(1), [`${SPARE_HOST}: munge key \`${path}\` is not the one of cygnus-[06-07]`]);
    } finally {
      await Promise.all(names.map((name) => runOnHost(name, `rm -f "${path}"`)));
    }
  });
});
