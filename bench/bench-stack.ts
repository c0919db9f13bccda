import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { copyProject } from "../lab/project-copy";
import { planStack } from "../operations/plan-stack";
import { renderGeneralRun } from "../plan/docker-run/docker-run";
import { foldInOrder } from "../plan/hostlist/hostlist";
import { HOST_NUMBER_SHELL } from "../plan/hosts/component-id";
import { type DeploymentPlan, listContainers } from "../plan/model/deployment-plan";
import { shellQuote } from "../plan/text/shell";
import { type MeasuredRun, measureRun } from "./measured-run";

/** Hosts at once, for everybody. */
const WINDOW = 64;
/** The same for everybody; OpenSSH's default costs several times as much. */
const KEX = "curve25519-sha256";
const CONNECT_SECONDS = 5;
/** As long as ours. */
const KEEP_SECONDS = 600;
const STACK = "bench";

export type Deed = "first deploy" | "nothing to do" | "1 % drifted" | "upgrade of all";
export const DEEDS: readonly Deed[] = ["first deploy", "nothing to do", "1 % drifted", "upgrade of all"];

/** Where a stack's hosts are, and how anybody reaches them. */
export interface HostPlace {
  readonly user: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
  /** Without it Ansible has only its module `raw`. */
  readonly hasPython: boolean;
  /** By digest; it can be pulled there. */
  readonly image: string;
  /** The words that run a program where the hosts are reached from. */
  argv(words: readonly string[]): [string, ...string[]];
}

/** Hosts that can be had, emptied and damaged for a measurement. */
export interface BenchHosts extends HostPlace {
  addresses(count: number): readonly string[];
  clear(): Promise<void> | void;
  removeContainer(address: string, name: string): Promise<void> | void;
  /** How often a container was started on each address that had one, most first. */
  starts(): Promise<readonly number[]> | readonly number[];
  stop(): Promise<void> | void;
}

export interface UpArgs {
  /** Of the samplers' ldmsd. */
  readonly options?: readonly string[];
  readonly method?: DeploymentPlan["method"];
  /** Further words of `ldms up`. */
  readonly words?: readonly string[];
  /** Whether connections of the run before are used, and its own kept for the next. @default false */
  readonly keeps?: boolean;
  /** Until the containers are well: these hosts send no data. @default false */
  readonly waits?: boolean;
}

/** Which peers are here: `pdsh -f 64`, and so on. */
export function installedPeers(): readonly string[] {
  return ["pdsh", "clush", "ansible"].filter((tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0);
}

/** A stack of nothing but samplers, and the ways to deploy it. */
export class BenchStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "ldms-bench-"));

  constructor(
    private readonly place: HostPlace,
    readonly addresses: readonly string[],
    /** Keys of the stack file that differ. */
    private readonly changes: Readonly<Record<string, unknown>> = {},
  ) {
    copyProject(this.folder);
    writeFileSync(join(this.folder, "hosts"), `${addresses.join("\n")}\n`);
  }

  /** `n[00001-00200]`, in the order of the addresses. @param from index of the first one */
  folded(from = 0): string {
    return foldInOrder(this.addresses.map((_, index) => hostName(index)).slice(from));
  }

  private values({ options = [], method = "fan-out" }: UpArgs) {
    const { user, keyFile, knownHostsFile } = this.place;
    const hosts = this.folded();
    return {
      xprt: "sock",
      munge: { mode: "none" },
      hosts,
      method,
      // One batch: the peers know no others, and a canary is a pause.
      fanOut: { window: WINDOW, serial: ["100%"], maxFail: "100%" },
      ssh: {
        user,
        key: keyFile,
        knownHosts: knownHostsFile,
        address: foldInOrder(this.addresses),
        connectTimeout: CONNECT_SECONDS,
        kexAlgorithms: KEX,
      },
      images: { references: { "ldms-samp": this.place.image } },
      samplers: [{ hosts, plugins: [{ name: "meminfo", interval: "1s" }], options }],
      ...this.changes,
    };
  }

  /** `ldms up` as a person runs it, the embedded engine in its own process. */
  up(args: UpArgs = {}): Promise<MeasuredRun> {
    const { argv, folder, environment } = this.upCommand(args);
    return measureRun(argv, { folder, environment });
  }

  /** Writes the stack file and tells what runs it. */
  upCommand(args: UpArgs = {}) {
    return this.command(
      ["up", "--engine", "embedded", "--yes", ...(args.waits === true ? [] : ["--no-wait"]), ...(args.words ?? [])],
      args,
    );
  }

  /** Any verb as a person runs it. @param words `["status"]` */
  verb(words: readonly string[], args: UpArgs = {}): Promise<MeasuredRun> {
    const { argv, folder, environment } = this.command(words, args);
    return measureRun(argv, { folder, environment });
  }

  private command(words: readonly string[], args: UpArgs) {
    const config = Object.entries(this.values(args)).map(([key, value]) => [`ldms:${key}`, value]);
    writeFileSync(join(this.folder, `Pulumi.${STACK}.yaml`), stringify({ config: Object.fromEntries(config) }));
    const argv = this.place.argv([process.execPath, "bin/ldms.js", ...words, "-s", STACK]);
    const environment = {
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      XDG_STATE_HOME: join(this.folder, "head"),
      // As the peers' are, and so that a stack that is removed leaves none.
      LDMS_KEEP: args.keeps === true ? "on" : "off",
    };
    return { argv, folder: this.folder, environment };
  }

  /** The same work as the host script's, typed into a fan-out tool as leanly as it can be; ansible has one idempotent step for all. */
  async peer(tool: string, deed: Deed, keeps = false): Promise<MeasuredRun> {
    const plan = await this.plan();
    const format = '{{.Names}} {{.Image}} {{.State}} {{.ID}} {{.Label "ldms.spec"}}';
    const find = `found=$(docker ps --all --no-trunc --filter label=ldms.stack=${STACK} --format '${format}')`;
    const look = `${find}; echo "$found"; sha256sum ${pathsOf(plan).join(" ")}`;
    const make = `docker image inspect ${this.place.image} >/dev/null 2>&1 || docker pull --quiet ${this.place.image}; host=$(uname -n); id=${HOST_NUMBER_SHELL}; ${runLine(plan)}`;
    const first = `${writeFiles(plan)}; ${make}`;
    const idempotent = `${find}; if [ -z "$found" ]; then ${first}; else ${look}; fi`;
    const line = {
      "first deploy": `${find}; ${first}`,
      "nothing to do": look,
      "1 % drifted": idempotent,
      "upgrade of all": `docker stop samp; docker rm samp; ${make}`,
    };
    return this.fan(tool, tool === "ansible" && deed !== "upgrade of all" ? idempotent : line[deed], keeps);
  }

  private fan(tool: string, line: string, keeps: boolean): Promise<MeasuredRun> {
    const { user, keyFile, knownHostsFile } = this.place;
    if (keeps) mkdirSync(this.sockets, { recursive: true });
    const settings = [
      ...["BatchMode=yes", `ConnectTimeout=${CONNECT_SECONDS}`, `KexAlgorithms=${KEX}`, `UserKnownHostsFile=${knownHostsFile}`],
      ...(keeps ? ["ControlMaster=auto", `ControlPath=${this.sockets}/%h`, `ControlPersist=${KEEP_SECONDS}`] : []),
    ];
    const ssh = ["-F", "none", "-i", keyFile, ...settings.flatMap((setting) => ["-o", setting])].join(" ");
    const hosts = join(this.folder, "hosts");
    // Its configuration has a meaning of its own for one per cent sign.
    const clushSsh = ssh.replaceAll("%", "%%");
    const ansibleModule = this.place.hasPython ? "shell" : "raw";
    const argvOf: Readonly<Record<string, readonly string[]>> = {
      pdsh: ["pdsh", "-R", "ssh", "-f", String(WINDOW), "-l", user, "-w", `^${hosts}`, line],
      clush: ["clush", "-q", "-n", "-f", String(WINDOW), "-l", user, "-o", clushSsh, "--hostfile", hosts, line],
      // It would take Docker's braces for its own.
      ansible: ["ansible", "all", "-i", hosts, "-f", String(WINDOW), "-u", user, "-m", ansibleModule, "-a", `{% raw %}${line}{% endraw %}`],
    };
    const environment = {
      PDSH_SSH_ARGS: `${ssh} -l%u %h`,
      ANSIBLE_PIPELINING: "1",
      ANSIBLE_SSH_ARGS: ssh,
      ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
      ANSIBLE_LOCALHOST_WARNING: "0",
    };
    return measureRun(this.place.argv(argvOf[tool]!), { folder: this.folder, environment });
  }

  /** Ends what the peers keep. */
  closeKept(): void {
    if (!existsSync(this.sockets)) return;
    for (const name of readdirSync(this.sockets))
      spawnSync("ssh", ["-F", "none", "-o", `ControlPath=${join(this.sockets, name)}`, "-O", "exit", name], { stdio: "ignore" });
    rmSync(this.sockets, { recursive: true, force: true });
  }

  private get sockets(): string {
    return join(this.folder, "k");
  }

  private async plan(): Promise<DeploymentPlan> {
    return (await planStack({ stack: STACK, projectFolder: this.folder, values: this.values({}), secrets: {} })).plan;
  }

  stateKb(): number {
    const folder = join(this.folder, ".pulumi/stacks/ldms");
    const [file] = readdirSync(folder).filter((name) => name.endsWith(".json"));
    return statSync(join(folder, file!)).size / 1024;
  }

  forget(): void {
    for (const name of [".pulumi", "head", ".ldms"]) rmSync(join(this.folder, name), { recursive: true, force: true });
  }

  remove(): void {
    this.closeKept();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function runLine(plan: DeploymentPlan): string {
  return renderGeneralRun(listContainers(plan)[0]!, plan, { number: "id", host: "host" }, shellQuote).line;
}

/** The files of a host, which all have alike. */
function pathsOf({ hosts }: DeploymentPlan): string[] {
  return hosts[0]!.files.map(({ path }) => path);
}

function writeFiles(plan: DeploymentPlan): string {
  const { files } = plan.hosts[0]!;
  const folders = new Set(files.map(({ path }) => dirname(path)));
  const writes = files.map(({ path, content }) => `printf %s ${shellQuote(content.kind === "text" ? content.text : "")} >${path}`);
  const programs = files.filter(({ mode }) => (mode & 0o111) !== 0).map(({ path }) => path);
  return [`umask 022; mkdir -p ${[...folders].join(" ")}`, ...writes, ...(programs.length ? [`chmod 755 ${programs.join(" ")}`] : [])].join(
    "; ",
  );
}

/** As a measured stack names its hosts: `n00001`. */
export function hostName(index: number): string {
  return `n${String(index + 1).padStart(5, "0")}`;
}

/** `pdsh 2.34, clush 1.9.1, ansible [core 2.14.18]` */
export function peerVersions(): string {
  return installedPeers()
    .map(
      (tool) =>
        (execFileSync(tool, [tool === "pdsh" ? "-V" : "--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }) || tool).split(
          "\n",
        )[0],
    )
    .join(", ");
}
