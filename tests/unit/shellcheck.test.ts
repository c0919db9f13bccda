import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { askAggregatorOf, lookAt } from "../../operations/chain/chain-questions";
import { renderFlowScript } from "../../operations/flow/flow-script";
import { renderGatherScript } from "../../operations/gather/gather-script";
import { renderAggregatorScript } from "../../operations/observe/aggregator-script";
import { renderStoreScript } from "../../operations/observe/store-script";
import { sweepProbes } from "../../operations/observe/sweep-findings";
import { renderProbe } from "../../operations/preflight/probe-script";
import { renderRegistryScript } from "../../operations/preflight/registry-script";
import type { RemoteCommand } from "../../operations/reach/run-on-host";
import { renderPullScript } from "../../operations/upgrade/pull-images";
import { renderTakeOver } from "../../plan/containers/ownership";
import { renderHostRemoval, renderHostScript } from "../../plan/fan-out/host-script";
import { renderSweepHost } from "../../plan/fan-out/sweep-host";
import { HEALTH_SCRIPT } from "../../plan/health/script";
import { readCommands } from "../../policies/shell/read-commands";
import { batchesOf, fanOutPlan } from "../policies/batches";
import { ownScripts } from "../policies/own-scripts";

const ROOT = join(__dirname, "../..");

/** What shellcheck warns of and what is meant; what is meant in one place only has a directive there. */
const MEANT: Readonly<Record<string, string>> = {
  SC2015: "`a && b || c`, where c ends the script or b does not fail",
  SC2016: "single quotes around what another shell, awk or docker is to read",
  SC2030: "a variable that a subshell sets for itself",
  SC2031: "the same, where it is read",
  SC2043: "a loop over what a plan has one of",
};
/** In files that are part of a container's spec or of an image, which a directive would make anew, and in parts of scripts. */
const MEANT_ELSEWHERE = {
  ...MEANT,
  SC1007: "`has_config= is_question=`: two empty ones",
  SC1091: "a file of the image that is sourced",
  SC2034: "a variable for who sources the file, or a field that `read` passes over",
  SC2035: "a pattern of which no file begins with a dash",
  SC2086: "a list of options",
  SC2154: "a variable of a file that is sourced, or of the environment",
  SC3028: "HOSTNAME, which docker sets",
  SC2317: "a function that a trap or another function calls",
};
const HAS_SHELLCHECK = spawnSync("shellcheck", ["--version"]).status === 0;

/** @param shell that of hosts and heads; absent: as the files' first lines say @returns findings, a line each */
function shellcheck(files: readonly string[], meant: Readonly<Record<string, string>>, shell?: string): string[] {
  const words = ["--format=gcc", `--exclude=${Object.keys(meant).join(",")}`, ...(shell ? [`--shell=${shell}`] : [])];
  const { stdout, stderr } = spawnSync("shellcheck", [...words, ...files], { cwd: ROOT, encoding: "utf8" });
  assert.equal(stderr, "");
  return stdout.split("\n").filter((line) => line !== "");
}

/** The scripts within a script: behind `sh -c`, and in values that are run. */
function innerScripts(script: string): string[] {
  const words = (readCommands(script) ?? []).map((command) => command.words.map(({ text = "" }) => text));
  const ran = words.flatMap((command) => (command.at(-2) === "-c" && command.at(-3) === "sh" ? command.at(-1) || [] : []));
  const assigned = words.flatMap((command) =>
    command.flatMap((word) => /^(?:delivery|removal|forget|take_key)=([\s\S]+)$/.exec(word)?.[1] ?? []),
  );
  return [...ran, ...assigned].flatMap((inner) => [inner, ...innerScripts(inner)]);
}

/** What a batch's script on the head writes there for each host. */
function writtenOnHead(create: string, folder: string): string {
  writeFileSync(join(folder, "xargs"), `#!/bin/sh\ncp "$work/one" ${folder}/one\n`);
  chmodSync(join(folder, "xargs"), 0o755);
  spawnSync("sh", ["-c", create], { env: { PATH: `${folder}:/usr/bin:/bin`, HOME: folder }, input: "" });
  return readFileSync(join(folder, "one"), "utf8");
}

const scriptOf = (command: RemoteCommand) => ("script" in command ? command.script : assert.fail("a script is sent"));

describe("shellcheck", function () {
  this.timeout(120_000);
  let folder: string;
  before(function () {
    if (!HAS_SHELLCHECK) console.log("!!!! No shellcheck: the scripts are SKIPPED; apt-get install shellcheck, or bash lab/setup.sh !!!!");
    if (!HAS_SHELLCHECK) this.skip();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ldms-shellcheck-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function check(scripts: readonly string[], meant = MEANT): void {
    const files = [...new Set(scripts)].map((script, i) => {
      writeFileSync(join(folder, `${i}.sh`), script);
      return join(folder, `${i}.sh`);
    });
    assert.ok(files.length > 0);
    assert.deepEqual(shellcheck(files, meant, "dash"), []);
  }

  const plan = fanOutPlan({ munge: { mode: "key" }, fanOut: { pulls: { jitter: "5s" } } });
  const scope = { stack: plan.stack, fanOut: plan.fanOut!, images: plan.images };
  const hostScripts = [...scope.fanOut.groups.map((group) => renderHostScript(scope, group, new Map())), renderHostRemoval(scope)];

  for (const [name, scripts] of Object.entries(ownScripts()))
    it(`finds nothing in ${name}`, () => check(scripts, name.startsWith("the files") ? MEANT_ELSEWHERE : MEANT));
  it("finds nothing in the questions to hosts", () => {
    const needs = {
      stack: "cygnus",
      ports: [411, 80],
      folders: ["/store"],
      images: ["reg:5000/x@sha256:11"],
      names: ["n1-iw"],
      needsMunge: true,
      nonce: "n",
    };
    const nothing = { stack: "cygnus", ports: [], folders: [], images: [], names: [], needsMunge: false, nonce: "n" };
    check([
      ...[renderProbe({ ...needs, keyPath: "/etc/site/munge.key" }), renderProbe(nothing), renderRegistryScript(["reg:5000/x@sha256:11"])],
      renderTakeOver("cygnus", [{ id: "1d", spec: "5e", name: "samp" }]),
      renderAggregatorScript({ container: "agg1", controller: ["ldmsd_controller", "--port", "411"], health: "ldmsd-health $HOSTNAME" }),
      renderGatherScript("df -h /store", { seconds: 60, most: 1 }),
      renderFlowScript({ container: "agg1", controller: "ldmsd_controller --port 411", seconds: 10 }),
      renderPullScript(["reg:5000/ovishpc/ldms-samp@sha256:9f86d081"], ["samp"]),
      ...plan.daemons.filter(({ role }) => role === "aggregator").map((daemon) => scriptOf(askAggregatorOf(plan, daemon).command)),
      ...plan.hosts.map((host) => scriptOf(lookAt(host, host.containers, new Map([["samp", "munge"]])).command)),
      ...["store_sos", "store_csv"].map((plugin) => renderStoreScript({ ...plan.stores[0]!, plugin }, 30)),
    ]);
  });
  it("finds nothing in the scripts for hosts", () => check(hostScripts));
  it("finds nothing in what a sweep has around the questions to a host", () => {
    const probes = [...sweepProbes(plan, scope.fanOut, "n").values()];
    check([renderSweepHost(":\n", { ...probes[0]!, script: ":\n" }), ...probes.map(({ script }) => script)]);
  });
  it("finds nothing in what a head runs for each host", () => {
    check([writtenOnHead(String(batchesOf(plan)[0]!.props["create"]), folder)], MEANT_ELSEWHERE);
  });
  it("finds nothing in the scripts within these", () => {
    const outer = [...Object.values(ownScripts()).flat(), ...hostScripts];
    check(outer.flatMap(innerScripts), MEANT_ELSEWHERE);
  });
  it("finds nothing in the health check", () => check([HEALTH_SCRIPT], MEANT_ELSEWHERE));
  it("finds nothing in the printed plan", () => {
    const golden = ["cygnus", "lab"].map((stack) => readFileSync(join(ROOT, `tests/golden/plan-${stack}.txt`), "utf8"));
    check(golden);
  });

  it("finds nothing in the files of the project, those without a first line of their own by bash", () => {
    const tracked = execFileSync("git", ["ls-files", "--", ":!tests/golden"], { cwd: ROOT, encoding: "utf8" }).split("\n");
    const starting = tracked.filter((path) => path !== "" && existsSync(join(ROOT, path)));
    const first = (path: string) => readFileSync(join(ROOT, path), "utf8").split("\n", 1)[0]!;
    const shell = starting.filter((path) => path.endsWith(".sh") || /^#!.*\b(?:ba|da)?sh$/.test(first(path)));
    const [own, sourced] = [shell.filter((path) => first(path).startsWith("#!")), shell.filter((path) => !first(path).startsWith("#!"))];
    assert.ok(own.length > 15 && sourced.length > 3);
    assert.deepEqual([...shellcheck(own, MEANT_ELSEWHERE), ...shellcheck(sourced, MEANT_ELSEWHERE, "bash")], []);
  });
});
