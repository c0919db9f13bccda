import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { copyProject } from "../lab/project-copy";
import { planStack } from "../operations/plan-stack";
import { HOST_NUMBER_SHELL } from "../plan/component-id";
import { renderNumberedRun } from "../plan/docker-run";
import { foldInOrder } from "../plan/hostlist";
import { shellQuote } from "../plan/shell";
import { LightHosts } from "./light-hosts";
import { type MeasuredRun, measureRun } from "./measured-run";

/** Hosts at once, for everybody. */
const WINDOW = 64;
/** The same for everybody; OpenSSH's default costs several times as much. */
const KEX = "curve25519-sha256";
const CONNECT_SECONDS = 5;
export const IMAGE = `bench/ldms-samp@sha256:${"0".repeat(64)}`;
const STACK = "bench";

export type Deed = "first deploy" | "nothing to do" | "1 % drifted" | "upgrade of all";
export const DEEDS: readonly Deed[] = ["first deploy", "nothing to do", "1 % drifted", "upgrade of all"];

export interface FanOutRun {
  readonly by: string;
  readonly deed: Deed;
  readonly seconds: number;
  readonly peakMb: number;
}

export interface FanOutCase {
  readonly hosts: number;
  /** What the stand-in of docker takes for a `docker run`. */
  readonly runSeconds: number;
  readonly rounds: number;
  readonly runs: readonly FanOutRun[];
  /** Of Pulumi's state after the deployment, KB. */
  readonly stateKb: number;
  /** Broken invariants, of which there must be none. */
  readonly faults: readonly string[];
}

export interface DeadCase {
  readonly hosts: number;
  readonly dead: number;
  readonly frozen: number;
  /** Of an `up` that finds nothing to do on the others. */
  readonly seconds: readonly number[];
  readonly isEachNamed: boolean;
}

/** Which peers are here: `pdsh -f 64`, and so on. */
export function installedPeers(): readonly string[] {
  return ["pdsh", "clush", "ansible"].filter((tool) => spawnSync("sh", ["-c", `command -v ${tool}`]).status === 0);
}

/** A stack of nothing but samplers on light hosts, and the ways to deploy it. */
export class LightStack {
  private readonly folder = mkdtempSync(join(tmpdir(), "ldms-bench-"));

  constructor(
    readonly light: LightHosts,
    readonly addresses: readonly string[],
    /** Keys of the stack file that differ. */
    private readonly changes: Readonly<Record<string, unknown>> = {},
  ) {
    copyProject(this.folder);
    writeFileSync(join(this.folder, "hosts"), `${addresses.join("\n")}\n`);
  }

  /** `n00001`, in the order of the addresses. */
  get names(): string[] {
    return this.addresses.map((_, index) => `n${String(index + 1).padStart(5, "0")}`);
  }

  private values(options: readonly string[]) {
    const { user, keyFile, knownHostsFile } = this.light;
    const hosts = foldInOrder(this.names);
    return {
      xprt: "sock",
      munge: { mode: "none" },
      hosts,
      method: "fan-out",
      // One batch: the peers know no others, and a canary is a pause.
      fanOut: { window: WINDOW, serial: ["100%"], maxFail: "100%" },
      ssh: {
        user,
        key: keyFile,
        knownHosts: knownHostsFile,
        address: this.addresses.join(","),
        connectTimeout: CONNECT_SECONDS,
        kexAlgorithms: KEX,
      },
      images: { references: { "ldms-samp": IMAGE } },
      samplers: [{ hosts, plugins: [{ name: "meminfo", interval: "1s" }], options }],
      ...this.changes,
    };
  }

  /** `ldms up` as a person runs it, the embedded engine in its own process. */
  up(options: readonly string[] = []): Promise<MeasuredRun> {
    const { argv, folder, environment } = this.upCommand(options);
    return measureRun(argv, { folder, environment });
  }

  /** Writes the stack file and tells what runs it. */
  upCommand(options: readonly string[] = []) {
    const config = Object.entries(this.values(options)).map(([key, value]) => [`ldms:${key}`, value]);
    writeFileSync(join(this.folder, `Pulumi.${STACK}.yaml`), stringify({ config: Object.fromEntries(config) }));
    const argv = this.light.argv([process.execPath, "bin/ldms.js", "up", "-s", STACK, "--engine", "embedded", "--yes"]);
    const environment = {
      PULUMI_BACKEND_URL: `file://${this.folder}`,
      PULUMI_CONFIG_PASSPHRASE: "bench",
      XDG_STATE_HOME: join(this.folder, "head"),
    };
    return { argv, folder: this.folder, environment };
  }

  /** The same docker commands as the host script's, typed into a fan-out tool; ansible has one idempotent step for all. */
  peer(tool: string, deed: Deed): Promise<MeasuredRun> {
    const find = `ids=$(docker ps --all --quiet --no-trunc --filter label=ldms.stack=${STACK})`;
    const make = `docker image inspect ${IMAGE} >/dev/null 2>&1 || docker pull --quiet ${IMAGE}; id=${HOST_NUMBER_SHELL}; ${this.runLine()}`;
    const look = `docker inspect --type container $ids; docker image inspect ${IMAGE}`;
    const idempotent = `${find}; if [ -z "$ids" ]; then ${make}; else ${look}; fi`;
    const line = {
      "first deploy": `${find}; ${make}`,
      "nothing to do": `${find}; ${look}`,
      "1 % drifted": idempotent,
      "upgrade of all": `docker stop samp; docker rm samp; ${make}`,
    };
    return this.fan(tool, tool === "ansible" && deed !== "upgrade of all" ? idempotent : line[deed]);
  }

  private fan(tool: string, line: string): Promise<MeasuredRun> {
    const { user, keyFile, knownHostsFile } = this.light;
    const settings = ["BatchMode=yes", `ConnectTimeout=${CONNECT_SECONDS}`, `KexAlgorithms=${KEX}`, `UserKnownHostsFile=${knownHostsFile}`];
    const ssh = ["-F", "none", "-i", keyFile, ...settings.flatMap((setting) => ["-o", setting])].join(" ");
    const hosts = join(this.folder, "hosts");
    const argvOf: Readonly<Record<string, readonly string[]>> = {
      pdsh: ["pdsh", "-R", "ssh", "-f", String(WINDOW), "-l", user, "-w", `^${hosts}`, line],
      clush: ["clush", "-q", "-n", "-f", String(WINDOW), "-l", user, "-o", ssh, "--hostfile", hosts, line],
      ansible: ["ansible", "all", "-i", hosts, "-f", String(WINDOW), "-u", user, "-m", "shell", "-a", line],
    };
    const environment = {
      PDSH_SSH_ARGS: `${ssh} -l%u %h`,
      ANSIBLE_PIPELINING: "1",
      ANSIBLE_SSH_ARGS: ssh,
      ANSIBLE_PYTHON_INTERPRETER: "/usr/bin/python3",
      ANSIBLE_LOCALHOST_WARNING: "0",
    };
    return measureRun(this.light.argv(argvOf[tool]!), { folder: this.folder, environment });
  }

  private runLine(): string {
    const { plan } = planStack({ stack: STACK, projectFolder: this.folder, values: this.values([]), secrets: {} });
    return renderNumberedRun(plan.containers[0]!, plan, "id", shellQuote).line;
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
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** First deploy, no-op, drift and upgrade, beside the peers that are here, in turn. */
export async function measureFanOut(hosts: number, runSeconds: number, rounds: number, say: (line: string) => void): Promise<FanOutCase> {
  const light = new LightHosts();
  const runs: FanOutRun[] = [];
  const faults: string[] = [];
  let stateKb = 0;
  await light.start(runSeconds);
  const stack = new LightStack(
    light,
    Array.from({ length: hosts }, (_, index) => LightHosts.address(index)),
  );
  try {
    for (let round = 0; round < rounds; round++) {
      const all = ["ldms up", ...installedPeers()];
      // Whoever begins has the coldest machine.
      const order = [...all.slice(round % all.length), ...all.slice(0, round % all.length)];
      for (const by of order) {
        light.clear();
        stack.forget();
        for (const deed of DEEDS) {
          if (deed === "1 % drifted") for (let i = 0; i < hosts; i += 100) light.removeContainer(LightHosts.address(i), "samp");
          const run = await (by === "ldms up" ? stack.up(deed === "upgrade of all" ? ["-v", "INFO"] : []) : stack.peer(by, deed));
          if (run.code !== 0) faults.push(`${by}, ${deed}: exit code ${run.code}: ${run.output.slice(-500)}`);
          runs.push({ by, deed, seconds: run.seconds, peakMb: run.peakMb });
          say(`${hosts} hosts, ${runSeconds} s: ${by}: ${deed}: ${run.seconds.toFixed(1)} s, ${run.peakMb.toFixed(0)} MB`);
        }
        if (light.starts().length !== hosts) faults.push(`${by}: a container on ${light.starts().length} of ${hosts} hosts`);
        if (by === "ldms up") stateKb = stack.stateKb();
      }
    }
  } finally {
    stack.remove();
    light.stop();
  }
  return { hosts, runSeconds, rounds, runs, stateKb, faults };
}

/** What dead and frozen hosts cost: an `up` with nothing to do on the others. */
export async function measureDead(
  hosts: number,
  badShares: readonly number[],
  rounds: number,
  say: (line: string) => void,
): Promise<DeadCase[]> {
  const cases: DeadCase[] = [];
  for (const share of badShares) {
    const light = new LightHosts();
    await light.start(0);
    const bad = Math.floor((hosts * share) / 2);
    const addresses = [
      ...Array.from({ length: hosts - 2 * bad }, (_, index) => LightHosts.address(index)),
      ...Array.from({ length: bad }, (_, index) => LightHosts.deadAddress(index)),
      ...Array.from({ length: bad }, (_, index) => LightHosts.frozenAddress(index)),
    ];
    const stack = new LightStack(light, addresses);
    try {
      await stack.up();
      const seconds: number[] = [];
      let isEachNamed = true;
      for (let round = 0; round < rounds; round++) {
        const run = await stack.up();
        seconds.push(run.seconds);
        const names = foldInOrder(stack.names.slice(hosts - 2 * bad));
        isEachNamed &&= bad === 0 || run.output.includes(`${names}: unknown: Connection timed out`);
        say(`${hosts} hosts, ${bad} dead, ${bad} frozen: ${run.seconds.toFixed(1)} s`);
      }
      cases.push({ hosts, dead: bad, frozen: bad, seconds, isEachNamed });
    } finally {
      stack.remove();
      light.stop();
    }
  }
  return cases;
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
