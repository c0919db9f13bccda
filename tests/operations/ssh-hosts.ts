import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { renderBatch, renderSweep } from "../../plan/fan-out/head-script";
import type { Keeping } from "../../plan/fan-out/run-connections";
import type { DeploymentPlan } from "../../plan/model/deployment-plan";
import { examplePlan, type Values } from "../unit/example-stack";

/** What a session does: a head's question is answered, and anything else is run. */
const SESSION = `#!/bin/sh
command=$SSH_ORIGINAL_COMMAND
[ ! -e "\${0%/*}/slow" ] || sleep "$(cat "\${0%/*}/slow")"
case $command in "echo begun; "*) command=\${command#*; } && echo begun ;; esac
case $command in
*"timeout -k 5 600 sh -s -- "*)
  cat >/dev/null
  name=\${command#*sh -s -- } name=\${name%% *}
  ! grep -qsx "$name" "\${0%/*}/todo" || { echo ok samp:create; exit; }
  ! grep -qsx "$name" "\${0%/*}/broken" || { echo "failed docker: it is not there"; exit 1; }
  case $command in "timeout -k 5 600 sh -s -- cygnus-0"[1-7]" "*) echo ok samp:same ;; *) echo "failed asked for $command" ;; esac ;;
*) exec sh -c "$command" ;;
esac
`;

/** cygnus, each of its hosts an address of this machine, with one real sshd of our own for all; a head is this machine. */
export class SshHosts {
  /** Seconds that a connection may take where hosts freeze or are slow. */
  static readonly CONNECT_SECONDS = 10;
  /** And elsewhere: on a slow machine none is given up. */
  connectSeconds = 60;
  readonly folder = mkdtempSync(join(tmpdir(), "ldms-test-ssh-"));
  readonly knownHosts = join(this.folder, "known_hosts");
  private port = 0;
  private sshd: ChildProcess | undefined;

  static missing(): readonly string[] {
    const absent = (tool: string) => spawnSync("sh", ["-c", `PATH=$PATH:/usr/sbin command -v ${tool}`]).status !== 0;
    return ["sshd", "ssh-keygen", "flock", "pgrep"].filter(absent);
  }

  async start(): Promise<void> {
    this.port = await freePort();
    mkdirSync("/run/sshd", { recursive: true });
    for (const name of ["id", "host_key"])
      execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", join(this.folder, name)]);
    writeFileSync(join(this.folder, "session"), SESSION);
    chmodSync(join(this.folder, "session"), 0o755);
    const settings = [
      ...[`Port ${this.port}`, `HostKey ${this.folder}/host_key`, `AuthorizedKeysFile ${this.folder}/id.pub`, "PidFile none"],
      ...["UsePAM no", "UseDNS no", "StrictModes no", "PrintMotd no", "MaxStartups 100", `ForceCommand ${this.folder}/session`],
    ];
    writeFileSync(join(this.folder, "sshd_config"), `${settings.join("\n")}\n`);
    this.pinKey();
    await this.startSshd();
  }

  /** The pinned key is written anew, as `ldms hosts trust` does. */
  pinKey(): void {
    const [type, key] = readFileSync(join(this.folder, "host_key.pub"), "utf8").split(" ");
    writeFileSync(this.knownHosts, `* ${type} ${key?.trim()}\n`);
  }

  async startSshd(): Promise<void> {
    // The one that was killed may hold the port yet.
    if (this.sshd && this.sshd.exitCode === null && this.sshd.signalCode === null) await once(this.sshd, "exit");
    const argv = ["-D", "-E", join(this.folder, "log"), "-f", join(this.folder, "sshd_config")];
    const before = this.listens();
    this.sshd = spawn("/usr/sbin/sshd", argv, { stdio: "ignore" });
    while (this.listens() === before) await sleep(20);
  }

  private log(): string {
    return existsSync(join(this.folder, "log")) ? readFileSync(join(this.folder, "log"), "utf8") : "";
  }

  private listens(): number {
    return this.log().split("Server listening on 0.0.0.0").length;
  }

  /** Connections that were let in so far. */
  accepted(): number {
    return this.log().split("Accepted publickey").length - 1;
  }

  /** All of it, the processes of its connections included; `SIGKILL` as if every host had lost its power. */
  signalSshd(signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): void {
    for (const pid of [this.sshd!.pid!, ...descendants(this.sshd!.pid!)]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended by itself.
      }
    }
  }

  plan(changes: Values = {}, sshChanges: Values = {}): DeploymentPlan {
    const { connectSeconds: connectTimeout } = this;
    const { username: user } = userInfo();
    const ssh = {
      user,
      port: this.port,
      address: "127.9.0.[1-8]",
      key: `${this.folder}/id`,
      knownHosts: this.knownHosts,
      connectTimeout,
      ...sshChanges,
    };
    const plan = examplePlan({ method: "fan-out", munge: { mode: "none" }, fanOut: { serial: ["100%"] }, ssh, ...changes });
    // Not that of other tests, whose scripts may run beside these.
    return { ...plan, stack: "kept" };
  }

  /** @param persistSeconds how long ssh keeps what nobody uses */
  sweep(plan = this.plan(), keeping: Keeping | boolean = true, persistSeconds = 600): ScriptRun {
    const wanted = typeof keeping === "boolean" ? { isKeeping: keeping } : keeping;
    const script = renderSweep({ stack: plan.stack, fanOut: plan.fanOut!, images: plan.images }, new Map(), wanted);
    return this.run(
      script.replaceAll(/ControlPersist=600?\b/g, (word) =>
        word.replace(/\d+$/, (known) => String(Math.min(Number(known), persistSeconds))),
      ),
    );
  }

  /** Hosts that say that something is to be done, as often as they are asked. */
  setTodo(names: readonly string[]): void {
    writeFileSync(join(this.folder, "todo"), names.map((name) => `${name}\n`).join(""));
  }

  /** Hosts whose engine does not answer. */
  setBroken(names: readonly string[]): void {
    writeFileSync(join(this.folder, "broken"), names.map((name) => `${name}\n`).join(""));
  }

  /** How long a session takes to begin. */
  setSlow(seconds: number): void {
    writeFileSync(join(this.folder, "slow"), String(seconds));
  }

  /** The batches of all groups, which take no sweep's word unless told so. */
  batches(plan = this.plan(), takesSweep = false): ScriptRun[] {
    const { fanOut, stack, images } = plan;
    const scope = { stack, fanOut: fanOut!, images };
    if (!takesSweep) for (const { name } of fanOut!.groups) rmSync(join(this.folder, "state/ldms/kept", `sweep.${name}`), { force: true });
    return fanOut!.groups.flatMap((group) => group.batches.map((batch) => this.run(renderBatch(scope, group, batch, new Map(), "1"))));
  }

  /** What a batch of cygnus-[01-04] holds while it is at work. */
  get batchLock(): string {
    return join(this.folder, "state/ldms/kept/samp.lock");
  }

  /** Until somebody holds it. */
  async untilBatch(): Promise<void> {
    while (spawnSync("flock", ["-n", this.batchLock, "true"]).status === 0) await sleep(20);
  }

  run(script: string): ScriptRun {
    const began = Date.now();
    const { stdout, stderr, status } = spawnSync("sh", ["-c", script], { env: this.environment(), input: "", encoding: "utf8" });
    // Others may wait for what holds our pipes.
    return { stdout, stderr, code: status, seconds: (Date.now() - began) / 1000 };
  }

  environment(): NodeJS.ProcessEnv {
    return { PATH: process.env["PATH"], HOME: this.folder, XDG_STATE_HOME: join(this.folder, "state") };
  }

  /** The folder of the sockets, as the head remembers it. */
  keptFolder(): string | undefined {
    const file = join(this.folder, "state/ldms/kept/kept");
    return existsSync(file) ? readFileSync(file, "utf8").split("\n")[0] : undefined;
  }

  /** Names of hosts whose connection is kept for the next verb. */
  sockets(): readonly string[] {
    return socketsIn(this.keptFolder());
  }

  /** And for the batches of a run. */
  runSockets(): readonly string[] {
    const folder = this.keptFolder();
    return socketsIn(folder && join(folder, "run"));
  }

  /** Processes that keep a connection to these hosts. */
  keepers(): readonly number[] {
    const { stdout } = spawnSync("pgrep", ["-f", `^ssh: /dev/shm/${this.mark()}`], { encoding: "utf8" });
    return stdout.split("\n").filter(Boolean).map(Number);
  }

  /** Folders of sockets that lie there, this stack's. */
  leftFolders(): readonly string[] {
    return readdirSync("/dev/shm").filter((name) => name.startsWith(this.mark()));
  }

  /** What their names begin with. */
  private mark(): string {
    const sum = execFileSync("cksum", { input: `${this.folder}/state/ldms/kept`, encoding: "utf8" });
    return `ldms-kept.${sum.split(" ")[0]}.`;
  }

  /** Ends all that may be left. */
  stop(): void {
    for (const pid of this.keepers()) process.kill(pid, "SIGKILL");
    if (this.sshd) this.signalSshd("SIGKILL");
    for (const name of this.leftFolders()) rmSync(`/dev/shm/${name}`, { recursive: true, force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface ScriptRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly seconds: number;
}

function socketsIn(folder: string | undefined): readonly string[] {
  if (folder === undefined || !existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => statSync(join(folder, name)).isSocket());
}

function descendants(pid: number): number[] {
  const { stdout } = spawnSync("pgrep", ["-P", String(pid)], { encoding: "utf8" });
  const children = stdout.split("\n").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
