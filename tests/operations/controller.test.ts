import assert from "node:assert/strict";
import { resolve } from "node:path";
import { controllerArgv } from "../../operations/service/controller";
import type { PlannedDaemon } from "../../plan/model/daemon";
import { runProcess } from "../../processes/run-process";
import { changeContainers } from "../unit/change-containers";
import { withPrograms } from "./fake-programs";
import { sketchPlan } from "./lab-plan";

const DAEMON: PlannedDaemon = {
  container: "samp",
  host: "cygnus-01",
  role: "sampler",
  level: 0,
  xprt: "sock",
  port: 411,
  auth: "munge",
  componentId: 1,
};
const AGG1: PlannedDaemon = { ...DAEMON, container: "agg1", role: "aggregator", level: 1, xprt: "rdma", port: 412, auth: "none" };
const HOSTS = [{ name: "cygnus-01", containers: [] }] as const;

const one = sketchPlan(HOSTS, { daemons: [DAEMON] });
const two = sketchPlan(HOSTS, { daemons: [DAEMON, AGG1] });
const pipe = { host: "cygnus-01", isTerminal: false };

function remoteLine(argv: readonly string[]): string | undefined {
  return argv.at(-1);
}

describe("controllerArgv", () => {
  it("asks the daemon in its own container as the daemon listens", () => {
    const argv = controllerArgv(one, pipe);
    assert.equal(remoteLine(argv), "docker exec --interactive samp ldmsd_controller --xprt sock --host localhost --port 411 --auth munge");
    assert.deepEqual([argv[0], argv.at(-2), argv.includes("-t")], ["ssh", "root@198.18.0.11", false]);
  });

  it("proves itself as the daemon does", () => {
    const plan = sketchPlan([{ name: "cygnus-01", containers: [["samp", "sampler"]] }], { daemons: [DAEMON] });
    const argv = ["-x", "sock:411", "-a", "munge", "-A", "socket=/run/m"];
    const line = remoteLine(
      controllerArgv(
        changeContainers(plan, (one) => ({ ...one, argv })),
        pipe,
      ),
    );
    assert.match(line ?? "", / --auth munge --auth-arg socket=\/run\/m$/);
  });

  it("asks by the interconnect's name where the loopback address has no device", () => {
    const line = remoteLine(controllerArgv(two, { ...pipe, container: "agg1" }));
    assert.equal(line, "docker exec --interactive agg1 ldmsd_controller --xprt rdma --host cygnus-01-iw --port 412 --auth none");
  });

  it("hands a terminal on", () => {
    const argv = controllerArgv(one, { ...pipe, isTerminal: true });
    assert(argv.includes("-t"));
    assert.match(remoteLine(argv) ?? "", /^docker exec --interactive --tty samp /);
  });

  it("quotes a container's name for the host's shell", () => {
    const odd = sketchPlan(HOSTS, { daemons: [{ ...DAEMON, container: "it's; reboot" }] });
    assert.match(remoteLine(controllerArgv(odd, pipe)) ?? "", /^docker exec --interactive 'it'\\''s; reboot' /);
  });

  const mistakes: readonly (readonly [string, () => unknown, string])[] = [
    [
      "a host without a daemon",
      () => controllerArgv(one, { ...pipe, host: "cygnus-09" }),
      "ldms controller: no ldmsd of the stack's on this host: `cygnus-09`\nhelp: `ldms plan -s sketch` lists them",
    ],
    [
      "a host with two daemons",
      () => controllerArgv(two, pipe),
      "ldms controller: `cygnus-01` has 2 ldmsd\nhelp: name one of them: `--container samp`, `--container agg1`",
    ],
    [
      "a container without a daemon",
      () => controllerArgv(one, { ...pipe, container: "ui" }),
      "ldms controller: `cygnus-01` has no ldmsd in this container: `ui`\nhelp: name one of them: `--container samp`",
    ],
  ];
  for (const [title, run, message] of mistakes) {
    it(`refuses ${title}`, () => {
      assert.throws(run, { name: "BadInputError", message });
    });
  }
});

describe("runHere", () => {
  it("passes input, output and exit code through", async () => {
    const plan = sketchPlan([{ name: "here", isLocal: true, containers: [] }], { daemons: [{ ...DAEMON, host: "here" }] });
    const modules = resolve("operations/service/controller.ts");
    const program = `const { controllerOn, runHere } = require(${JSON.stringify(modules)}); runHere(controllerOn(${JSON.stringify(plan)}, { host: "here", isTerminal: false })).then((code) => process.exit(code));`;
    const docker = 'read -r line; echo "$line to $3"; exit 7';
    const result = await withPrograms({ docker }, () =>
      runProcess([process.execPath, "--require", "tsx/cjs", "--eval", program], { timeoutSeconds: 20, stdin: "prdcr_status\n" }),
    );
    assert.deepEqual([result.code, result.stdout, result.stderr], [7, "prdcr_status to samp", ""]);
  }).timeout(25_000);
});
