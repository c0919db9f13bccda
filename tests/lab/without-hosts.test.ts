import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createProvider } from "../../engine/create-provider";
import { runOperation } from "../../engine/run-operation";
import { readStateResources } from "../../stack/stack-admin";
import { needPulumi } from "./find-pulumi";
import { succeeded } from "./lab-stack";
import { type RunResult, start } from "./ldms-process";
import { ProjectFolder } from "./project-folder";
import { PulumiProject } from "./pulumi-project";
import { changedResources } from "./steps";

/** Nothing listens there. */
const NO_ENGINE = "tcp://127.0.0.1:1";
/** What a program without the command around it says, as one error; ssh's own word for it left out. */
const NOT_READY = [
  "cygnus-[01-07]: unreachable: …",
  "cygnus-[05-07]: dead, and not only samplers",
  "cygnus-[01-04]: 4 dead of the samplers, `ldms:tolerate` is 0",
  "nothing was changed: cygnus-[01-07]: unreachable: …",
];
const withoutReason = (text: string) => text.replace(/(?<=unreachable: ).*/g, "…");
/** Pulumi has it before the program begins. */
const STACK_ITSELF = "urn:pulumi:cygnus::ldms::pulumi:pulumi:Stack::ldms-cygnus";

describe("the stack `cygnus`, whose hosts do not exist here", function () {
  this.timeout(120_000);
  const project = new ProjectFolder();
  after(() => project.remove());

  function ldms(...args: readonly string[]): Promise<RunResult> {
    const environment = { ...project.environment, DOCKER_HOST: NO_ENGINE };
    return start([process.execPath, "bin/ldms.js", ...args], { folder: project.path, environment, timeoutSeconds: 60 }).ended;
  }

  it("is planned without a host, a Docker engine and a registry", async () => {
    const { stdout } = succeeded(await ldms("plan", "-s", "cygnus"));
    assert.match(stdout, /^# Stack cygnus: 11 containers on 7 hosts, cygnus-\[01-07\]$/m);
  });

  it("is previewed without a host, a Docker engine and a registry", async () => {
    const { stdout } = succeeded(await ldms("preview", "-s", "cygnus", "--engine", "embedded", "--json"));
    const created = changedResources(stdout, "planned").filter(({ op }) => op === "create");
    const containers = created.filter(({ name }) => /-(samp|agg1|agg2|dsosd|maestro|ui|grafana)$/.test(name) && !name.includes("ldms-"));
    assert.equal(containers.length, 11);
  });

  it("is not deployed: the unreachable hosts are named, folded, within 20 s, and there is no state", async () => {
    const up = await ldms("up", "-s", "cygnus", "--engine", "embedded", "--yes");
    assert.equal(up.code, 1);
    assert.match(up.stderr, /^cygnus-\[01-07\]: unreachable: /m);
    assert.match(up.stderr, /^nothing was changed: cygnus-\[01-07\]: unreachable: /m);
    assert(up.seconds < 20, `${up.seconds} s`);
    assert.deepEqual(readdirSync(project.stateFolder), []);
  });

  /** The program by itself, on the embedded engine. */
  async function runProgram(stack: string): Promise<{ readonly errors: readonly string[]; readonly registered: readonly string[] }> {
    const location = { projectFolder: project.path, stack, backendUrl: `file://${project.stateFolder}`, passphrase: "p" };
    const errors: string[] = [];
    await runOperation({
      ...location,
      kind: "up",
      createProvider: (name) => createProvider(name, project.path),
      onEvent: ({ diagnosticEvent }) => {
        if (diagnosticEvent?.severity === "error") errors.push(withoutReason(diagnosticEvent.message.trim()));
      },
    });
    return { errors, registered: (await readStateResources(location)).map(({ urn }) => urn) };
  }

  it("is not deployed by the program alone either: it registers nothing, and says so in one error", async () => {
    assert.deepEqual(await runProgram("cygnus"), { errors: [NOT_READY.join("\n")], registered: [STACK_ITSELF] });
  });

  it("is not deployed by fan-out where the head does not answer: one error as well", async () => {
    const ssh = { user: "root", address: "far-[1-8].invalid" };
    const images = { namespace: "ovishpc", tag: "4.5.3", source: "registry" };
    project.writeStackFile("far", {
      "ldms:method": "fan-out",
      "ldms:fanOut": { head: "cygnus-08" },
      "ldms:ssh": ssh,
      "ldms:images": images,
    });
    assert.deepEqual(await runProgram("far"), {
      errors: ["cygnus-08: unreachable: …"],
      registered: [STACK_ITSELF.replaceAll("cygnus", "far")],
    });
  });
});

describe("`pulumi up` of the stack `cygnus`, whose hosts do not exist here", function () {
  this.timeout(300_000);
  let project: PulumiProject;
  before(function () {
    needPulumi.call(this, "run the same program on the embedded engine");
    project = new PulumiProject();
  });
  after(() => project?.remove());

  it("registers nothing, and says so in one error", async () => {
    succeeded(await project.startPulumi(["stack", "init", "cygnus"]).ended);
    const up = await project.startPulumi(["up", "--stack", "cygnus", "--yes"]).ended;
    assert.notEqual(up.code, 0);
    const said = up.stdout.slice(up.stdout.indexOf("Updating (")).split("Diagnostics:")[1] ?? "";
    assert.equal(said.match(/^ *error: /gm)?.length, 1, said);
    assert.match(
      withoutReason(said.replaceAll(/^ +/gm, "")),
      new RegExp(`^error: ${NOT_READY.join("\n").replaceAll(/[[\]]/g, "\\$&")}$`, "m"),
    );
    const { deployment } = JSON.parse(succeeded(await project.startPulumi(["stack", "export", "--stack", "cygnus"]).ended).stdout) as {
      readonly deployment: { readonly resources: readonly { readonly urn: string }[] };
    };
    assert.deepEqual(
      deployment.resources.map(({ urn }) => urn),
      [STACK_ITSELF],
    );
  });
});
