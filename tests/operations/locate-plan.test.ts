import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DockerHost } from "../../engine/providers/docker/docker-host";
import { parseHostAddress } from "../../engine/providers/docker/host-address";
import { registryDigest } from "../../engine/providers/docker/registry-digest";
import { locatePlan } from "../../operations/reach/locate-plan";
import { describeRefusal } from "../../operations/reach/refused-key";
import { runOnHost } from "../../operations/reach/run-on-host";
import { controllerOn, runHere } from "../../operations/service/controller";
import { openTunnel } from "../../operations/service/tunnel";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import type { SshConnection } from "../../plan/model/host";
import { examplePlan, NO_FACTS } from "../unit/example-stack";
import { withPrograms } from "./fake-programs";

const HOST = "cygnus-07";

describe("locatePlan", () => {
  let folder: string;
  let plan: DeploymentPlan;
  before(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "ldms-located-")));
    plan = locatePlan(examplePlan({}, NO_FACTS, "lab"), folder);
  });
  after(() => rmSync(folder, { recursive: true }));

  const host = () => plan.hosts.find(({ name }) => name === HOST)!;
  const connection = () => host().connection as SshConnection;
  const address = parseHostAddress("ssh://root@cygnus-07:22");

  const WAYS: Readonly<Record<string, () => Promise<unknown>>> = {
    "a step on a host": () => runOnHost(host(), { argv: ["true"] }, { timeoutSeconds: 5 }),
    "a tunnel": () => openTunnel(plan, "grafana"),
    "a controller": () => runHere(controllerOn(plan, { host: HOST, container: "agg2", isTerminal: false })),
    "a registry's digest": () => registryDigest(address, { opts: ["-F", "none"], folder }, "ldms-samp:4.5.3"),
    "the embedded engine": () => new DockerHost(address, ["-F", "none"], folder).call("ping", (api) => api.ping()),
  };

  for (const [what, reach] of Object.entries(WAYS)) {
    it(`has ssh find the stack's key and known hosts for ${what}, wherever the process runs`, async () => {
      const log = join(folder, "log");
      writeFileSync(log, "");
      await withPrograms({ ssh: `pwd >> ${log}; echo 'Permission denied' >&2; exit 255` }, async () => {
        await reach().catch(() => undefined);
      });
      assert.deepEqual([...new Set(readFileSync(log, "utf8").trim().split("\n"))], [folder]);
    });
  }

  it("has a pinned key read in the project's folder", () => {
    writeFileSync(join(folder, "pinned"), `${connection().address} ssh-ed25519 AAAA\n`);
    const hostKey = { name: connection().address, offered: "ed25519 SHA256:other" };
    const { message } = describeRefusal({ kind: "refused", reason: "r", hostKey }, { ...connection(), knownHostsFile: "pinned" });
    assert.match(message, /not the pinned ed25519 SHA256:/);
  });

  it("leaves a machine that is this one as it is", () => {
    const local = { ...plan, hosts: [{ ...host(), connection: { kind: "local" } as const }] };
    assert.deepEqual(locatePlan(local, folder), local);
  });
});
