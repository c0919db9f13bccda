import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BenchStack, installedPeers } from "./bench-stack";
import type { Say } from "./measure-fan-out";
import { type MeasuredRun, measureRun } from "./measured-run";
import { HEAD_FILES, IMAGE_TAG, RealHosts } from "./real-hosts";

/** Together as much as a sampler's image of real binaries, see the README; the ballast does not compress. */
const BASE_MIB = 75;
const BALLAST_MIB = 61;

export interface DistributionCase {
  readonly hosts: number;
  readonly imageMib: number;
  /** Seconds a round, by way. */
  readonly ways: readonly { readonly way: string; readonly isOurs: boolean; readonly seconds: readonly number[] }[];
  /** Broken invariants, of which there must be none. */
  readonly faults: readonly string[];
}

/** How long an image takes to hosts that have nothing of it: by the registry, by archives, through a head, and as people do it by hand. */
export async function measureDistribution(count: number, rounds: number, say: Say): Promise<DistributionCase> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-distribution-"));
  const hosts = await RealHosts.start(count, BALLAST_MIB);
  const ways = new Ways(hosts, hosts.addresses(count), folder);
  try {
    const measured = ways.all().map((way) => ({ ...way, seconds: [] as number[] }));
    const faults: string[] = [];
    for (let round = 0; round < rounds; round++) {
      for (const { way, run, seconds } of measured) {
        await hosts.clear();
        ways.forget();
        const { code, output, seconds: took } = await run();
        if (code !== 0) faults.push(`${way}: exit code ${code}: ${output.slice(-500)}`);
        seconds.push(took);
        say(`${way}: ${took.toFixed(1)} s`);
      }
    }
    return { hosts: count, imageMib: BASE_MIB + BALLAST_MIB, ways: measured.map(({ run: _, ...way }) => way), faults };
  } finally {
    ways.remove();
    await hosts.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Way {
  readonly way: string;
  readonly isOurs: boolean;
  readonly run: () => Promise<MeasuredRun>;
}

class Ways {
  private readonly archive: string;
  private readonly stacks: readonly BenchStack[];

  constructor(
    private readonly hosts: RealHosts,
    private readonly addresses: readonly string[],
    folder: string,
  ) {
    this.archive = join(folder, "ldms-samp.tar.zst");
    execFileSync("sh", ["-c", `docker save ${IMAGE_TAG} | zstd -q -T0 -o ${this.archive}`]);
    const archive = { images: { source: "archive", archive: this.archive, tag: "1" } };
    const head = { fanOut: { serial: ["100%"], maxFail: "100%", head: "n00001", ...HEAD_FILES } };
    this.stacks = [{}, archive, { ...archive, ...head }].map((changes) => new BenchStack(hosts, addresses, changes));
  }

  all(): Way[] {
    const [registry, archive, head] = this.stacks;
    const ours: Way[] = [
      { way: "`ldms up`, registry", isOurs: true, run: () => registry!.up() },
      { way: "`ldms up`, archive, method docker", isOurs: true, run: () => archive!.up({ method: "docker" }) },
      { way: "`ldms up`, archive, method fan-out", isOurs: true, run: () => archive!.up() },
      { way: "`ldms up`, archive through a head", isOurs: true, run: () => head!.up() },
    ];
    const loop = { way: "docker save over ssh, host by host", isOurs: false, run: () => this.shell(this.loop()) };
    const clush = { way: "`clush --copy`, then `docker load`", isOurs: false, run: () => this.shell(this.copy()) };
    return [...ours, loop, ...(installedPeers().includes("clush") ? [clush] : [])];
  }

  private shell(script: string): Promise<MeasuredRun> {
    return measureRun(["sh", "-ec", script]);
  }

  private get sshOptions(): string {
    const { keyFile, knownHostsFile } = this.hosts;
    return `-F none -i ${keyFile} -o BatchMode=yes -o UserKnownHostsFile=${knownHostsFile} -o KexAlgorithms=curve25519-sha256`;
  }

  private loop(): string {
    const reach = (address: string) => `ssh ${this.sshOptions} root@${address}`;
    return this.addresses.map((address) => `docker save ${IMAGE_TAG} | ${reach(address)} docker load`).join("\n");
  }

  private copy(): string {
    const clush = `clush -q -f 64 -l root -o '${this.sshOptions}' -w ${this.addresses.join(",")} -S`;
    return `${clush} --copy ${this.archive} --dest /root/bench.tar.zst\n${clush} -n 'docker load -i /root/bench.tar.zst; rm /root/bench.tar.zst'`;
  }

  forget(): void {
    for (const stack of this.stacks) stack.forget();
  }

  remove(): void {
    for (const stack of this.stacks) stack.remove();
  }
}
