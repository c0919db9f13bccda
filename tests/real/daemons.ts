import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { runProcess } from "../../processes/run-process";

const PREFIX = process.env["LDMS_OVIS"];

/** For a suite's `before`: skips it, loudly, where no install prefix of upstream's build is named; else has its programs found. */
export function needOvis(context: Mocha.Context): void {
  if (PREFIX === undefined) {
    process.stdout.write("    !!!! LDMS_OVIS names no install prefix of LDMS: SKIPPED !!!!\n");
    context.skip();
  }
  const library = readdirSync(`${PREFIX}/lib`).find((name) => /^python3\.[0-9]+$/.test(name)) ?? "python3";
  Object.assign(process.env, {
    PATH: `${PREFIX}/bin:${PREFIX}/sbin:${process.env["PATH"]}`,
    LD_LIBRARY_PATH: `${PREFIX}/lib`,
    ZAP_LIBPATH: `${PREFIX}/lib/ovis-ldms`,
    LDMSD_PLUGIN_LIBPATH: `${PREFIX}/lib/ovis-ldms`,
    PYTHONPATH: `${PREFIX}/lib/${library}/site-packages`,
  });
}

/** Real ldmsds on the loopback address, and what they leave. */
export class Daemons {
  readonly folder = mkdtempSync(join(tmpdir(), "ldms-real-"));
  private readonly running: ChildProcess[] = [];

  /** Returns when it listens. */
  async start(name: string, port: number, lines: readonly string[], memory = "4M"): Promise<ChildProcess> {
    const config = join(this.folder, `${name}.conf`);
    writeFileSync(config, `${lines.join("\n")}\n`);
    const log = openSync(join(this.folder, `${name}.log`), "w");
    const env = { ...process.env, HOSTNAME: name, COMPONENT_ID: "1" };
    const child = spawn("ldmsd", ["-x", `sock:${port}`, "-m", memory, "-c", config], { env, stdio: ["ignore", log, log] });
    closeSync(log);
    this.running.push(child);
    await waitFor(`${name} listens`, 10, async () => (await list(port)).code === 0);
    return child;
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.map(kill));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** For a suite: skipped where there is no LDMS, and with daemons of its own for each of its tests. */
export function haveDaemons(use: (daemons: Daemons) => void): void {
  let daemons: Daemons;
  before(function () {
    needOvis(this);
  });
  beforeEach(() => {
    daemons = new Daemons();
    use(daemons);
  });
  afterEach(async () => {
    await daemons.stop();
    daemons.remove();
  });
}

export async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** The sampler file of the plan, for these plugins at an interval of 1 s. */
export function samplerLines(...plugins: readonly string[]): string[] {
  return plugins.flatMap((name) => [
    `load name=${name}`,
    `config name=${name} producer=\${HOSTNAME} instance=\${HOSTNAME}/${name} component_id=\${COMPONENT_ID} perm=0777`,
    `start name=${name} interval=1s offset=0s`,
  ]);
}

export function aggregatorLines(ports: readonly number[]): string[] {
  const producers = ports.flatMap((port) => [
    `prdcr_add name=n${port} xprt=sock host=localhost port=${port} type=active reconnect=1s`,
    `prdcr_start name=n${port}`,
  ]);
  return [...producers, "updtr_add name=all interval=1s offset=200ms", "updtr_prdcr_add name=all regex=.*", "updtr_start name=all"];
}

export function storeLines(plugin: "store_csv" | "store_sos", path: string): string[] {
  return [
    `load name=${plugin}`,
    `config name=${plugin} path=${path}`,
    `strgp_add name=${plugin} plugin=${plugin} container=c schema=meminfo flush=1s`,
    `strgp_start name=${plugin}`,
  ];
}

export function control(port: number, line: string) {
  const argv = ["sh", "-c", 'echo "$2" | timeout 10 ldmsd_controller -x sock -h localhost -p "$1"', "sh", String(port), line] as const;
  return runProcess([...argv], { timeoutSeconds: 15 });
}

export function list(port: number) {
  return runProcess(["timeout", "5", "ldms_ls", "-h", "localhost", "-x", "sock", "-p", String(port)], { timeoutSeconds: 10 });
}

export async function waitFor(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + seconds * 1000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await sleep(200);
  }
}

/** Ports that nobody listens on now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, "127.0.0.1");
      await once(server, "listening");
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
