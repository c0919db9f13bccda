import assert from "node:assert/strict";
import { renderDockerRun, renderGeneralRun } from "../../plan/docker-run/docker-run";
import type { PlannedContainer } from "../../plan/model/container";
import { shellLine, shellQuote } from "../../plan/text/shell";
import { containerOf, examplePlan } from "./example-stack";

const plan = examplePlan();

describe("renderDockerRun", () => {
  it("prints every property of a sampler by its long name", () => {
    const samp = containerOf(plan, "cygnus-02", "samp");
    assert.deepEqual(renderDockerRun(samp, plan), [
      ...["docker", "run", "--detach", "--name", "samp", "--network", "host", "--pid", "host", "--privileged"],
      ...["--memory", "516m", "--ulimit", "core=0"],
      ...["--env", "COMPID=2", "--env", "COMPONENT_ID=2", "--env", "HOSTNAME=cygnus-02"],
      ...["--volume", "/run/munge:/run/munge:ro"],
      ...["--volume", "/var/lib/ldms/cygnus/samp/health:/etc/ldms/health:ro"],
      ...["--volume", "/var/lib/ldms/cygnus/samp/ldmsd.conf:/etc/ldms/ldmsd.conf:ro"],
      ...["--restart", "unless-stopped"],
      ...["--health-cmd", samp.healthCheck.test[1], "--health-interval", "15s", "--health-timeout", "15s"],
      ...["--health-start-period", "20s", "--health-retries", "3"],
      ...["--log-driver", "json-file", "--log-opt", "max-size=10m", "--log-opt", "max-file=3"],
      ...["--stop-timeout", "10"],
      ...["--label", "ldms.stack=cygnus", "--label", "ldms.role=sampler", "--label", `ldms.spec=${samp.labels["ldms.spec"]}`],
      "ovishpc/ldms-samp:4.5.3",
      ...["-x", "rdma:411", "-a", "munge", "-m", "4M", "-c", "/etc/ldms/ldmsd.conf"],
    ]);
  });

  it("prints what confines a container", () => {
    const confined: PlannedContainer = {
      ...containerOf(plan, "cygnus-02", "samp"),
      privileged: false,
      capabilities: { add: ["SYS_PTRACE"], drop: ["ALL"] },
      devices: [{ path: "/dev/infiniband", permissions: "rw" }],
      readOnlyRootFilesystem: true,
      tmpfs: { "/run": "size=16m,mode=0755" },
      securityOpts: ["no-new-privileges"],
      memoryMib: 512,
    };
    const argv = renderDockerRun(confined, plan);
    assert.deepEqual(argv.slice(argv.indexOf("host", 8) + 1, argv.indexOf("--env")), [
      ...["--cap-drop", "ALL", "--cap-add", "SYS_PTRACE", "--device", "/dev/infiniband:/dev/infiniband:rw"],
      ...["--read-only", "--tmpfs", "/run:size=16m,mode=0755", "--security-opt", "no-new-privileges"],
      ...["--memory", "512m", "--ulimit", "core=0"],
    ]);
  });

  it("mounts volumes by name and the rest by path, each with its mode", () => {
    const argv = renderDockerRun(containerOf(plan, "cygnus-07", "grafana"), plan);
    assert.ok(argv.includes("ldms-cygnus-grafana:/var/lib/grafana:rw"));
    assert.ok(argv.includes("/var/lib/ldms/cygnus/grafana/datasources.yaml:/etc/grafana/provisioning/datasources/ldms.yaml:ro"));
  });

  it("puts what replaces an entrypoint on both sides of the image", () => {
    const dsosd = { ...containerOf(plan, "cygnus-07", "dsosd"), entrypoint: ["/bin/sh", "-c"], argv: ["echo"] };
    const argv = renderDockerRun(dsosd, plan);
    assert.deepEqual(argv.slice(argv.indexOf("--entrypoint")), ["--entrypoint", "/bin/sh", "ovishpc/ldms-agg:4.5.3", "-c", "echo"]);
  });

  it("names an image by its locked digest", () => {
    const digest = `sha256:${"b".repeat(64)}`;
    const locked = examplePlan({ images: { digests: { "ldms-ui": digest } } });
    assert.equal(renderDockerRun(containerOf(locked, "cygnus-07", "ui"), locked).at(-1), `ovishpc/ldms-ui:4.5.3@${digest}`);
  });

  it("keeps a blank and a quote of an argument in one word", () => {
    const samp = { ...containerOf(plan, "cygnus-02", "samp"), argv: ["-l", "it's here"] };
    assert.match(shellLine(renderDockerRun(samp, plan)), / -l 'it'\\''s here'$/);
  });
});

describe("renderGeneralRun", () => {
  const WORDS = { number: "id", host: "host" };
  const run = (changes: Partial<PlannedContainer> = {}) =>
    renderGeneralRun({ ...containerOf(plan, "cygnus-02", "samp"), ...changes }, plan, WORDS, shellQuote);
  const settings = (line: string) => line.match(/--env \S+/g);

  it("has the host's number and name in the shell's variables, by every name that ldmsd has for them", () => {
    const { line, isGeneral } = run();
    assert.deepEqual(settings(line), ["--env COMPID=$id", "--env COMPONENT_ID=$id", "--env HOSTNAME=$host"]);
    assert.equal(isGeneral, true);
  });

  it("is the same line for every host of a group", () => {
    const other = renderGeneralRun(containerOf(plan, "cygnus-04", "samp"), plan, WORDS, shellQuote);
    assert.equal(other.line, run().line);
  });

  it("leaves a value as it is that does not follow from the host's name, and another variable of the same value", () => {
    const env = { COMPID: "30", COMPONENT_ID: "02", HOSTNAME: "cygnus-02-iw", NODE: "cygnus-02", RANK: "2" };
    const { line, isGeneral } = run({ env });
    assert.deepEqual(settings(line), [
      ...["--env COMPID=30", "--env COMPONENT_ID=02", "--env HOSTNAME=cygnus-02-iw", "--env NODE=cygnus-02", "--env RANK=2"],
    ]);
    assert.equal(isGeneral, false);
  });
});
