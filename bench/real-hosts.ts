import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { docker, dockerLines } from "../lab/docker-cli";
import { nestingArgs } from "../lab/host-run-args";
import { HOST_IMAGE, LAB_NETWORK, REGISTRY, REGISTRY_CONTAINER } from "../lab/names";
import { mapBounded } from "../operations/reach/bounded";
import { runOnHost } from "../operations/reach/run-on-host";
import type { SshConnection } from "../plan/model/host";
import type { BenchHosts } from "./bench-stack";
import { hostName } from "./bench-stack";

/** Of this bench and nothing else. */
const LABEL = "ldms.bench=1";
/** Below these addresses of the lab's network are its own hosts. */
const FIRST_ADDRESS = 101;
const MOST_HOSTS = 100;
export const IMAGE_TAG = `${REGISTRY}/ldms-bench/ldms-samp:1`;
const BOOT_SECONDS = 180;
const STEP_SECONDS = 120;
/** What every host has to reach the others with. */
export const HEAD_FILES = { key: "/root/.ssh/id_ed25519", knownHosts: "/root/.ssh/known_hosts" } as const;
/** More make an engine of this machine slower, not faster. */
const CREATED_AT_ONCE = 4;

/**
 * Hosts with an engine each: containers of the lab's host image, beside the lab's own eight and on their network, with the lab's registry.
 * What they run is a program that waits.
 */
export class RealHosts implements BenchHosts {
  readonly user = "root";
  readonly hasPython = false;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  image = "";
  private readonly folder = mkdtempSync(join(tmpdir(), "ldms-engines-"));

  /** What is missing here to have them; empty: nothing. */
  static async missing(): Promise<readonly string[]> {
    const running = await dockerLines(["ps", "--format", "{{.Names}}"]).catch((): readonly string[] => []);
    return running.includes(REGISTRY_CONTAINER) ? [] : ["the lab (npm run lab:up)"];
  }

  /**
   * @param count 1 to 100
   * @param imageMib of bytes that do not compress, on top of the base, in the image that they run
   */
  static async start(count: number, imageMib = 0): Promise<RealHosts> {
    if (count > MOST_HOSTS) throw new RangeError(`engines: at most ${MOST_HOSTS}: ${count}`);
    const hosts = new RealHosts(count, imageMib);
    try {
      await hosts.boot();
      return hosts;
    } catch (error) {
      await hosts.stop();
      throw error;
    }
  }

  private constructor(
    private readonly count: number,
    private readonly imageMib: number,
  ) {
    this.keyFile = join(this.folder, "id");
    this.knownHostsFile = join(this.folder, "known_hosts");
  }

  addresses(count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) => LAB_NETWORK.subnet.replace(/[0-9]+\/.*/, String(FIRST_ADDRESS + index)));
  }

  argv(words: readonly string[]): [string, ...string[]] {
    const [program = "true", ...args] = words;
    return [program, ...args];
  }

  async clear(): Promise<void> {
    await this.onEach(
      "docker rm --force $(docker ps --all --quiet) >/dev/null 2>&1; docker image prune --all --force >/dev/null; : >/started",
    );
  }

  async removeContainer(address: string, name: string): Promise<void> {
    await this.on(address, `docker rm --force ${name} >/dev/null`);
  }

  async starts(): Promise<readonly number[]> {
    const counts = await this.onEach("docker ps --quiet | wc -l");
    return counts.map(Number).filter((running) => running > 0);
  }

  async stop(): Promise<void> {
    const names = await dockerLines(["ps", "--all", "--quiet", "--filter", `label=${LABEL}`]);
    await mapBounded(names, (name) => docker(["rm", "--force", "--volumes", name]));
    await docker(["image", "rm", "--force", IMAGE_TAG]).catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async boot(): Promise<void> {
    this.image = await this.pushImage();
    const files = this.writeFiles();
    const cgroup = (await docker(["info", "--format", "{{.CgroupVersion}}"])).trim() === "2" ? "2" : "1";
    // Any of them may be a head, which reaches the others by name.
    const names = [...this.addresses(this.count).entries()].flatMap(([index, address]) => ["--add-host", `${hostName(index)}:${address}`]);
    const create = async ([index, address]: readonly [number, string]) => {
      const name = hostName(index);
      const args = [
        ...["create", "--name", `ldms-bench-${name}`, "--hostname", name, "--init", "--label", LABEL],
        ...["--network", LAB_NETWORK.name, "--ip", address, ...names],
        ...["--mount", `type=volume,destination=/var/lib/docker,volume-label=${LABEL}`, "--tmpfs", "/run:exec,mode=755"],
        ...[...nestingArgs(cgroup), HOST_IMAGE],
      ];
      const id = (await docker(args)).trim();
      await docker(["cp", `${files}/.`, `${id}:/`]);
      await docker(["start", id]);
    };
    await mapBounded([...this.addresses(this.count).entries()], create, CREATED_AT_ONCE);
    await mapBounded(this.addresses(this.count), (address) => this.waitFor(address));
  }

  /** One that runs, takes any arguments and does nothing. */
  private async pushImage(): Promise<string> {
    const folder = join(this.folder, "image");
    mkdirSync(folder);
    writeFileSync(join(folder, "ballast"), randomBytes(this.imageMib * 2 ** 20));
    writeFileSync(
      join(folder, "Dockerfile"),
      'FROM debian:bookworm-slim\nCOPY ballast /\nENTRYPOINT ["/bin/sh", "-c", "exec sleep 1000000", "sh"]\n',
    );
    await docker(["build", "--quiet", "--tag", IMAGE_TAG, folder], STEP_SECONDS);
    await docker(["push", "--quiet", IMAGE_TAG], STEP_SECONDS);
    return (await docker(["image", "inspect", "--format", "{{index .RepoDigests 0}}", IMAGE_TAG])).trim();
  }

  /** What every host has of the same: one host key, so that one line knows them all. */
  private writeFiles(): string {
    const files = join(this.folder, "files");
    for (const name of ["etc/ssh", "etc/munge", "root/.ssh"]) mkdirSync(join(files, name), { recursive: true });
    const keygen = (path: string) => execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", path]);
    keygen(this.keyFile);
    keygen(join(files, "etc/ssh/ssh_host_ed25519_key"));
    writeFileSync(join(files, "etc/munge/munge.key"), Buffer.alloc(128, "bench"), { mode: 0o400 });
    writeFileSync(join(files, "root/.ssh/authorized_keys"), readFileSync(`${this.keyFile}.pub`));
    chmodSync(join(files, "root/.ssh"), 0o700);
    copyFileSync(this.keyFile, join(files, HEAD_FILES.key));
    writeFileSync(this.knownHostsFile, `* ${readFileSync(join(files, "etc/ssh/ssh_host_ed25519_key.pub"), "utf8")}`);
    copyFileSync(this.knownHostsFile, join(files, HEAD_FILES.knownHosts));
    return files;
  }

  private async waitFor(address: string): Promise<void> {
    const end = Date.now() + BOOT_SECONDS * 1000;
    for (;;) {
      try {
        await this.on(address, "docker version >/dev/null");
        return;
      } catch (error) {
        if (Date.now() > end) throw error;
        await sleep(500);
      }
    }
  }

  private onEach(script: string): Promise<readonly string[]> {
    return mapBounded(this.addresses(this.count), (address) => this.on(address, script));
  }

  private async on(address: string, script: string): Promise<string> {
    const { user, keyFile, knownHostsFile } = this;
    const connection: SshConnection = { kind: "ssh", address, user, port: 22, keyFile, knownHostsFile, connectTimeoutSeconds: 5 };
    return (await runOnHost({ name: address, connection }, { script }, { timeoutSeconds: STEP_SECONDS })).stdout.trim();
  }
}
