import assert from "node:assert/strict";
import { localArgv } from "../../../operations/reach/run-on-host";
import { renderBatch, renderSweep } from "../../../plan/fan-out/head-script";
import { listFanOuts } from "../../../plan/fan-out/plan-fan-outs";
import type { DeploymentPlan } from "../../../plan/model/deployment-plan";
import { renderPlan } from "../../../plan/render/render-plan";
import { refusal, sitePlan } from "./site-stack";

const BY_SUDO = "ssh: { user: admin, become: sudo }";
const connectionOf = ({ hosts }: DeploymentPlan) => hosts[0]!.connection;
const sshConnection = (plan: DeploymentPlan) => {
  const connection = connectionOf(plan);
  assert.ok(connection.kind === "ssh");
  return connection;
};

describe("a login that is not root (basecamp/kamal#980, #1106, #1305, #405)", () => {
  it("does everything on a host by sudo, which asks for no password", () => {
    const connection = sshConnection(sitePlan(`hosts: n[1-2]\n${BY_SUDO}`));
    assert.deepEqual([connection.user, connection.become], ["admin", "sudo"]);
    assert.equal(localArgv(connection, { argv: ["docker", "ps", "it's"] }).at(-1), "sudo -n -H -- docker ps 'it'\\''s'");
    assert.equal(localArgv(connection, { script: "id" }).at(-1), "sudo -n -H -- sh -s");
  });

  it("does it from a head as well, on which it stays itself", () => {
    const plan = sitePlan(
      `hosts: n[1-2],h1\nmethod: fan-out\nfanOut: { head: h1 }\n${BY_SUDO}\nsamplers: [{ hosts: "n[1-2]", plugins: [{ name: meminfo, interval: 1s }] }]`,
    );
    const [fanOut] = listFanOuts(plan);
    assert.ok(
      fanOut!.head.connection.kind === "ssh" && fanOut!.head.connection.become === undefined && fanOut!.head.connection.user === "admin",
    );
    const scope = { stack: plan.stack, fanOut: fanOut!, images: plan.images };
    const [group] = fanOut!.groups;
    for (const script of [
      renderSweep(scope, new Map(), { isKeeping: true }),
      renderBatch(scope, group!, group!.batches[0]!, new Map(), "1"),
    ])
      assert.match(
        script,
        /^dial='\$alone timeout -k 5 \d+ ssh .* -l admin -- "\$address" "\$\{begins\}sudo -n -H -- timeout -k 5 \d+ \$1"'$/m,
      );
  });

  it("is said in what a person types", () => {
    const lines = renderPlan(sitePlan(`hosts: n[1-2]\n${BY_SUDO}`)).split("\n");
    const [run] = lines.filter((line) => line.includes("docker run"));
    assert.ok(run!.startsWith("pdsh -S -l admin -w 'n[1-2]' 'sudo -n -H -- sh -c '\\''host=$(uname -n); id=$(uname -n | "), run);
  });

  it("may be that of some hosts", () => {
    const plan = sitePlan("hosts: n[1-2]\nssh: { overrides: [{ hosts: n2, user: admin, become: sudo }] }");
    assert.deepEqual(
      plan.hosts.map(({ connection }) => connection.kind === "ssh" && `${connection.user} ${connection.become}`),
      ["root undefined", "admin sudo"],
    );
  });

  const REFUSED: Readonly<Record<string, readonly string[]>> = {
    "ssh: { user: admin, sudo: true }": [
      "  - ssh: unknown key `sudo`",
      "      help: known keys: user, become, port, key, knownHosts, address, jump, local, kexAlgorithms, connectTimeout, overrides",
    ],
    "ssh: { user: admin, become: su }": ["  - ssh.become: must be `sudo`: `su`"],
    "ssh: { user: admin, become: true }": ["  - ssh.become: must be `sudo`: true"],
  };
  for (const [yaml, lines] of Object.entries(REFUSED)) {
    it(`is refused in other words: ${yaml}`, () => assert.deepEqual(refusal(`hosts: n[1-2]\n${yaml}`), lines));
  }
});
