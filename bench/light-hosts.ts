import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchHosts } from "./bench-stack";

const NAMESPACE = "ldms-light";
/** An account of its own: a shell without start-up files, for those of root's bash cost each connection 0.2 s. */
const USER = "ldms-light";
const TOOLS = ["ip", "sshd", "ssh-keygen", "useradd", "iptables"];
/** Addresses that are in no other use: 198.19.0.0 to .249.255 are hosts, 198.19.250.* are dead, 198.19.251.* are frozen. */
const NETWORK = "198.19.0.0/16";
const DEAD = "198.19.250";
const FROZEN = "198.19.251";
const HOSTS_A_SUBNET = 250;
/** Where those that answer nothing listen. */
const FROZEN_PORT = 2222;
const START_SECONDS = 10;
/** The stand-in pulls whatever it is asked for. */
export const LIGHT_IMAGE = `bench/ldms-samp@sha256:${"0".repeat(64)}`;

/**
 * Hundreds of hosts on one machine: a network namespace in which every address of a range is local, one sshd for all of them, and a stand-in of
 * docker that keeps a folder an address. For measuring the way to many hosts; what Docker costs there is a sleep.
 */
export class LightHosts implements BenchHosts {
  readonly user = USER;
  readonly image = LIGHT_IMAGE;
  readonly hasPython = true;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "ldms-light-"));
  private readonly processes: number[] = [];
  private hasMadeUser = false;

  /** What is missing here to have light hosts; empty: nothing. */
  static missing(): readonly string[] {
    const absent = TOOLS.filter((tool) => spawnSync("sh", ["-c", `PATH=$PATH:/usr/sbin:/sbin command -v ${tool}`]).status !== 0);
    return process.getuid?.() === 0 ? absent : ["root", ...absent];
  }

  /** `198.19.0.1` is host 0. The last ones of a stack may be dead or frozen. */
  static address(index: number): string {
    return `198.19.${Math.floor(index / HOSTS_A_SUBNET)}.${(index % HOSTS_A_SUBNET) + 1}`;
  }

  static deadAddress(index: number): string {
    return `${DEAD}.${index + 1}`;
  }

  static frozenAddress(index: number): string {
    return `${FROZEN}.${index + 1}`;
  }

  private constructor(
    private readonly runSeconds: number,
    private readonly pullSeconds: number,
  ) {
    this.keyFile = join(this.folder, "id");
    this.knownHostsFile = join(this.folder, "known_hosts");
  }

  private get state(): string {
    return join(this.folder, "hosts");
  }

  /** @param runSeconds, pullSeconds how long the stand-in takes for `docker run` and `docker pull` */
  static async start(runSeconds: number, pullSeconds = 0): Promise<LightHosts> {
    const hosts = new LightHosts(runSeconds, pullSeconds);
    try {
      await hosts.boot();
      return hosts;
    } catch (error) {
      hosts.stop();
      throw error;
    }
  }

  addresses(count: number): readonly string[] {
    return Array.from({ length: count }, (_, index) => LightHosts.address(index));
  }

  private async boot(): Promise<void> {
    chmodSync(this.folder, 0o755);
    this.hasMadeUser = spawnSync("id", [USER]).status !== 0;
    if (this.hasMadeUser) execFileSync("useradd", ["--system", "--home-dir", "/tmp", "--shell", "/bin/dash", "--password", "*", USER]);
    this.writeFiles();
    // Each session has its host's own folder there.
    mkdirSync("/var/lib/ldms", { recursive: true });
    run("ip", "netns", "add", NAMESPACE);
    run("ip", "-n", NAMESPACE, "link", "set", "lo", "up");
    run("ip", "-n", NAMESPACE, "route", "add", "local", NETWORK, "dev", "lo");
    this.inside("iptables", "-A", "INPUT", "-d", `${DEAD}.0/24`, "-j", "DROP");
    const redirect = ["-p", "tcp", "--dport", "22", "-j", "REDIRECT", "--to-ports", String(FROZEN_PORT)];
    this.inside("iptables", "-t", "nat", "-A", "OUTPUT", "-d", `${FROZEN}.0/24`, ...redirect);
    this.startProcess(["/usr/sbin/sshd", "-D", "-f", join(this.folder, "sshd_config")]);
    this.startProcess([process.execPath, "-e", `require("node:net").createServer(() => {}).listen(${FROZEN_PORT}, "0.0.0.0", 4096)`]);
    await this.waitForSshd();
  }

  /** Every host as if nothing had ever run there. */
  clear(): void {
    rmSync(this.state, { recursive: true });
    this.makeState();
  }

  /** As an engine has it of which nobody knows how it came to be. */
  setContainer(address: string, name: string, state: string): void {
    const folder = join(this.state, address);
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o1777);
    writeFileSync(join(folder, name), `/${name} sha256:light ${state} ${name} none\n`);
  }

  removeContainer(address: string, name: string): void {
    rmSync(join(this.state, address, name));
  }

  /** How often a container was started on each address that had one, most first. */
  starts(): readonly number[] {
    const logs = readdirSync(this.state).filter((name) => name.endsWith(".started"));
    return logs.map((name) => readFileSync(join(this.state, name), "utf8").trimEnd().split("\n").length).sort((a, b) => b - a);
  }

  /** The engine of a host answers nothing but an error until it is mended. */
  breakEngine(address: string, isBroken: boolean): void {
    if (isBroken) writeFileSync(join(this.state, `${address}.broken`), "");
    else rmSync(join(this.state, `${address}.broken`));
  }

  /** Addresses in the order in which containers were started there. */
  startOrder(): readonly string[] {
    return readFileSync(join(this.state, "started"), "utf8").split("\n").slice(0, -1);
  }

  /** What was pulled on a host, in order. */
  pulls(address: string): readonly string[] {
    return readFileSync(join(this.state, `${address}.images`), "utf8")
      .trimEnd()
      .split("\n");
  }

  /** Most hosts that were pulling at one moment. */
  mostPullsAtOnce(): number {
    let now = 0;
    let most = 0;
    for (const mark of readFileSync(join(this.state, "pulls"), "utf8").trimEnd().split("\n")) {
      now += mark === "+" ? 1 : -1;
      most = Math.max(most, now);
    }
    return most;
  }

  /** The words that run a program where the hosts are. */
  argv(words: readonly string[]): [string, ...string[]] {
    return ["ip", "netns", "exec", NAMESPACE, ...words];
  }

  stop(): void {
    for (const pid of this.processes) {
      try {
        process.kill(pid);
      } catch {
        // It has ended by itself.
      }
    }
    spawnSync("ip", ["netns", "delete", NAMESPACE]);
    if (this.hasMadeUser) spawnSync("userdel", [USER], { stdio: "ignore" });
    rmSync(this.folder, { recursive: true, force: true });
  }

  private writeFiles(): void {
    this.makeState();
    mkdirSync("/run/sshd", { recursive: true });
    for (const name of ["id", "host_key"]) run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(this.folder, name));
    const [type, key] = readFileSync(join(this.folder, "host_key.pub"), "utf8").split(" ");
    writeFileSync(this.knownHostsFile, `* ${type} ${key?.trim()}\n`);
    const settings = [
      ...[`HostKey ${join(this.folder, "host_key")}`, `AuthorizedKeysFile ${join(this.folder, "id.pub")}`, "PidFile none"],
      ...["UsePAM no", "UseDNS no", "StrictModes no", "PrintMotd no", "MaxStartups 500:30:1000", `AllowUsers ${USER}`],
      `ForceCommand ${join(__dirname, "light/session")}`,
      `SetEnv LIGHT_STATE=${this.state} PATH=${join(__dirname, "light")}:/usr/bin:/bin`,
    ];
    writeFileSync(join(this.folder, "sshd_config"), `${settings.join("\n")}\n`);
  }

  private makeState(): void {
    mkdirSync(this.state);
    chmodSync(this.state, 0o1777);
    writeFileSync(join(this.state, "run-seconds"), `${this.runSeconds}\n`);
    writeFileSync(join(this.state, "pull-seconds"), `${this.pullSeconds}\n`);
    for (const name of ["pulls", "started"]) {
      writeFileSync(join(this.state, name), "");
      chmodSync(join(this.state, name), 0o666);
    }
  }

  private startProcess(words: readonly string[]): void {
    const [program, ...args] = this.argv(words);
    const child = spawn(program, args, { stdio: "ignore" });
    this.processes.push(child.pid!);
  }

  private inside(...words: readonly string[]): void {
    const [program, ...args] = this.argv(words);
    run(program, ...args);
  }

  private async waitForSshd(): Promise<void> {
    const words = ["ssh", "-F", "none", "-i", this.keyFile, "-o", `UserKnownHostsFile=${this.knownHostsFile}`, "-o", "BatchMode=yes"];
    const [program, ...args] = this.argv([...words, "-l", USER, LightHosts.address(0), "docker --version"]);
    for (let tries = 0; tries < START_SECONDS * 5; tries++) {
      if (spawnSync(program, args, { stdio: "ignore" }).status === 0) return;
      await sleep(200);
    }
    throw new Error(`light hosts: no answer within ${START_SECONDS} s: ${spawnSync(program, args, { encoding: "utf8" }).stderr}`);
  }
}

function run(program: string, ...args: readonly string[]): void {
  execFileSync(program, args, {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` },
  });
}
