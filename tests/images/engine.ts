import { execFileSync, spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeStandinTree } from "../../lab/standin/tree";
import { stageBuildContext } from "../../operations/builds/build-context";
import type { ImageName } from "../../plan/model/image";

const PROJECT = path.join(__dirname, "../..");
/** On all that these tests make, so that they can remove it and nothing else. */
const LABEL = "ldms.test=images";
const GRAFANA_BASE = "ldms-test/grafana-standin:9.1.0";
/** What the plan gives as the stack's tag. */
export const IMAGE_VERSION = "4.5.3-standin";
const COMMAND_SECONDS = 60;
const BUILD_SECONDS = 600;

export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs docker to its end, whatever its status; `input` goes to its standard input. */
export function docker(argv: readonly string[], input?: string | Buffer, seconds = COMMAND_SECONDS): Result {
  const run = spawnSync("docker", argv, {
    input: input ?? "",
    timeout: seconds * 1000,
    encoding: "utf8",
    env: { ...process.env, DOCKER_BUILDKIT: "0" },
  });
  return { code: run.status ?? 255, out: run.stdout, err: run.stderr + (run.error?.message ?? "") };
}

/** The output; throws where the command fails. */
export function dockerOk(...argv: readonly string[]): string {
  const { code, out, err } = docker(argv);
  if (code !== 0) throw new Error(`docker ${argv.join(" ")}: status ${code}: ${err}${out}`);
  return out.trim();
}

export function imageTag(image: ImageName): string {
  return `ldms-test/${image}:standin`;
}

/** For a suite's `before`: skips it, loudly, where no engine answers and none has to. */
export function needEngine(context: Mocha.Context): void {
  if (docker(["version", "--format", "{{.Server.Version}}"]).code === 0) return;
  if (process.env["LDMS_LAB_REQUIRED"] === "1") throw new Error("no Docker engine answers, and LDMS_LAB_REQUIRED is set");
  process.stdout.write("    !!!! no Docker engine answers: SKIPPED !!!!\n");
  context.skip();
}

/** Builds the images from the stand-ins' tree; fast where the engine has the layers. */
export function buildImages(...images: readonly ImageName[]): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ldms-images-"));
  try {
    if (docker(["image", "inspect", "debian:bookworm-slim"]).code !== 0) {
      execFileSync("bash", [path.join(PROJECT, "lab/base-image.sh"), "bookworm"], { stdio: "ignore", timeout: BUILD_SECONDS * 1000 });
    }
    writeStandinTree(path.join(folder, "ovis"));
    if (images.includes("ldms-grafana")) build(path.join(PROJECT, "lab/standin/grafana"), GRAFANA_BASE);
    for (const image of images) {
      const outFolder = path.join(folder, image);
      stageBuildContext({ image, recipesFolder: path.join(PROJECT, "images"), ovisFolder: path.join(folder, "ovis"), outFolder });
      const args = [`IMAGE_VERSION=${IMAGE_VERSION}`, ...(image === "ldms-grafana" ? [`GRAFANA_BASE=${GRAFANA_BASE}`] : [])];
      build(outFolder, imageTag(image), ...args.flatMap((arg) => ["--build-arg", arg]));
    }
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** On the machine's network, whose resolver may listen on loopback only. */
function build(folder: string, tag: string, ...more: readonly string[]): void {
  const { code, out, err } = docker(["build", "--quiet", "--network", "host", ...more, "--tag", tag, folder], undefined, BUILD_SECONDS);
  if (code !== 0) throw new Error(`docker build of ${tag}: status ${code}: ${err}${out}`);
}

/** Runs a container to its end and removes it. */
export function runToEnd(options: readonly string[], image: ImageName, ...argv: readonly string[]): Result {
  return docker(["run", "--rm", "--label", LABEL, ...options, imageTag(image), ...argv]);
}

/** Starts a container in the background, with a munge key put into it where one is given; returns its id. */
export function start(options: readonly string[], image: ImageName, argv: readonly string[], key?: Buffer): string {
  const id = dockerOk("create", "--label", LABEL, ...options, imageTag(image), ...argv);
  if (key) putKey(id, key, 101, 0o600);
  dockerOk("start", id);
  return id;
}

/** As a bind of a host's file would show it; needs no root on this machine. */
export function putKey(container: string, key: Buffer, owner: number, mode: number): void {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "ldms-key-"));
  fs.writeFileSync(path.join(folder, "munge.key"), key);
  const ownership = [`--owner=${owner}`, `--group=${owner}`, "--numeric-owner", `--mode=${mode.toString(8)}`];
  const archive = execFileSync("tar", ["-C", folder, ...ownership, "-c", "munge.key"]);
  fs.rmSync(folder, { recursive: true });
  const { code, err } = docker(["cp", "-", `${container}:/etc/munge`], archive);
  if (code !== 0) throw new Error(`docker cp of a key: ${err}`);
}

/** Both streams. */
export function logsOf(container: string): string {
  const { out, err } = docker(["logs", container]);
  return out + err;
}

/** Waits until the check gives something; throws with the last answer after `seconds`. */
export async function waitFor<T>(what: string, seconds: number, check: () => T | undefined | false): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = check();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** For a suite's `after`: containers, networks and volumes of these tests. */
export function removeAll(): void {
  const list = (kind: readonly string[]) =>
    docker([...kind, "--filter", `label=${LABEL}`])
      .out.split("\n")
      .filter(Boolean);
  const containers = list(["ps", "--all", "--quiet"]);
  if (containers.length > 0) docker(["rm", "--force", "--volumes", ...containers]);
  const networks = list(["network", "ls", "--quiet"]);
  if (networks.length > 0) docker(["network", "rm", ...networks]);
  const volumes = list(["volume", "ls", "--quiet"]);
  if (volumes.length > 0) docker(["volume", "rm", ...volumes]);
}

export function createVolume(name: string): string {
  return dockerOk("volume", "create", "--label", LABEL, name);
}

export function createNetwork(name: string, subnet: string): string {
  return dockerOk("network", "create", "--label", LABEL, "--subnet", subnet, name);
}

/** Seconds from `docker stop`, which kills after ten, to the container's end: what the engine clears away behind it is no time of the program. */
export function stopSeconds(container: string): number {
  const began = Date.now();
  dockerOk("stop", container);
  return (Date.parse(dockerOk("inspect", "--format", "{{.State.FinishedAt}}", container)) - began) / 1000;
}
