import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { carryOut } from "../../automation/carry-out";
import type { EngineRunArgs } from "../../automation/stack-engine";
import { findWaysOn } from "../../automation/ways-on";
import { examplePlan } from "../unit/example-stack";

const HOST = "ldms:index:Cluster$ldms:index:Host";
const urn = (name: string, type: string) => `urn:pulumi:cygnus::ldms::${type}::${name}`;
const container = (name: string) => urn(name, `${HOST}$docker:index/container:Container`);
const KEY = "Host key verification failed.";

describe("findWaysOn", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-ways-"));
    writeFileSync(join(folder, "Pulumi.yaml"), "name: ldms\nruntime: nodejs\n");
    writeFileSync(join(folder, "Pulumi.cygnus.yaml"), stringify({ config: { "ldms:munge": { mode: "none" } } }));
    mkdirSync(join(folder, "state/.pulumi/stacks/ldms"), { recursive: true });
    const hosts = ["cygnus-03", "cygnus-09", "a-b-c"];
    const resources = hosts.flatMap((host) => [
      { urn: urn(host, HOST), type: "ldms:index:Host", custom: false },
      { urn: container(`${host}-samp`), type: "docker:index/container:Container", custom: true, id: "1", parent: urn(host, HOST) },
    ]);
    const latest = { manifest: { time: "2026-11-29T00:00:00Z", magic: "", version: "" }, resources };
    writeFileSync(
      join(folder, "state/.pulumi/stacks/ldms/cygnus.json"),
      JSON.stringify({ version: 3, checkpoint: { stack: "x", latest } }),
    );
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const location = () => ({ projectFolder: folder, stack: "cygnus", backendUrl: `file://${folder}/state`, passphrase: "p" });
  const docker = examplePlan();
  const waysOn = (failures: readonly { readonly urn: string; readonly message: string }[], plan = docker) =>
    findWaysOn(location(), plan, failures);

  for (const message of [
    `error during connect: ${KEY}`,
    "ssh: handshake failed: knownhosts: key mismatch",
    "its ssh host key is not the one that `hostKey` names",
  ])
    it(`names the hosts of steps that met another host key, folded: ${message}`, async () => {
      assert.deepEqual(
        await waysOn([
          { urn: container("cygnus-03-samp"), message },
          { urn: container("cygnus-04-samp"), message },
        ]),
        ["cygnus-[03-04]: ssh is refused: its host key is not the pinned one: `ldms hosts trust -s cygnus --replace 'cygnus-[03-04]'`"],
      );
    });

  it("names those of a batch by the method fan-out", async () => {
    const batch = urn("fan-out-samp-1", "ldms:index:Cluster$ldms:index:FanOut$command:local:Command");
    const message = `exit status 1: 4 hosts: 3 as planned\ncygnus-02: unreachable: ${KEY}\n$(id): unreachable: ${KEY}\n`;
    assert.deepEqual(await waysOn([{ urn: batch, message }], examplePlan({ method: "fan-out" })), [
      "cygnus-02: ssh is refused: its host key is not the pinned one: `ldms hosts trust -s cygnus --replace cygnus-02`",
    ]);
  });

  it("names hosts that are no longer in the stack file, whatever their names are", async () => {
    const message = "no route to host";
    assert.deepEqual(await waysOn(["cygnus-09-samp", "a-b-c-samp"].map((name) => ({ urn: container(name), message }))), [
      "a-b-c,cygnus-09: not in the stack file any more, and cannot be cleaned; where it never comes back: `ldms forget -s cygnus a-b-c,cygnus-09`",
    ]);
  });

  it("has none for other failures, of a host of the stack, of no host and of no resource", async () => {
    const message = "no route to host";
    assert.deepEqual(
      await waysOn([
        { urn: container("cygnus-03-samp"), message },
        { urn: "", message: KEY },
      ]),
      [],
    );
    assert.deepEqual(
      await waysOn([{ urn: urn("ldms-samp", "ldms:index:Cluster$ldms:index:Images$docker:index/image:Image"), message: KEY }]),
      [],
    );
  });

  it("is told once, behind a run that failed, and not behind one that did not", async () => {
    const config = {
      xprt: "sock",
      munge: { mode: "none" },
      hosts: "cygnus-03",
      ssh: { user: "root" },
      samplers: [{ hosts: "cygnus-03", plugins: [{ name: "meminfo", interval: "1s" }] }],
    };
    writeFileSync(
      join(folder, "Pulumi.cygnus.yaml"),
      stringify({ config: Object.fromEntries(Object.entries(config).map(([key, value]) => [`ldms:${key}`, value])) }),
    );
    const told: (readonly string[])[] = [];
    const run = (fails: boolean) =>
      carryOut({
        ...{ location: location(), engine: "embedded", verb: "destroy", options: {}, signal: new AbortController().signal },
        hooks: { onWaysOn: (lines) => told.push(lines) },
        onEvent: () => undefined,
        pace: async () => undefined,
        openEngine: () => ({
          run: async ({ onEvent }: EngineRunArgs) => {
            const diagnosticEvent = { urn: container("cygnus-03-samp"), message: KEY, color: "never", severity: "error" } as const;
            onEvent({ sequence: 1, timestamp: 1, diagnosticEvent });
            if (fails) throw new Error("steps failed");
            return { outputs: {}, changes: {} };
          },
        }),
      });
    await run(false);
    await assert.rejects(run(true), { message: "steps failed" });
    assert.deepEqual(told, [
      ["cygnus-03: ssh is refused: its host key is not the pinned one: `ldms hosts trust -s cygnus --replace cygnus-03`"],
    ]);
  });
});
