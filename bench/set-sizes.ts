import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PluginFacts } from "../plan/plugins/plugins";
import { SAMPLER_PLUGINS } from "../plan/plugins/samplers";

const USAGE = `LDMS_OVIS=PREFIX npm run set-sizes [-- PLUGIN...]
  Prints what the sets of each sampler take of the set memory, on this machine, of a sampler's ldmsd and of an aggregator's.
  PREFIX  where an ldms of upstream's is installed
  PLUGIN  samplers to measure; all that PREFIX has, without any`;

/** Loopback ports of the two daemons. */
const PORTS = { sampler: 20_971, aggregator: 20_972 } as const;
/** Some intervals of the daemons below. */
const SETTLE_MS = 2500;

/** Sets and KiB of a daemon, as its `set_stats` has them. */
interface SetStats {
  readonly sets: number;
  readonly kib: number;
}

async function main(): Promise<void> {
  const prefix = process.env["LDMS_OVIS"];
  if (!prefix) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "set-sizes-"));
  const env = ovisEnvironment(prefix);
  const asked = process.argv.slice(2);
  console.log("| sampler | sets | KiB, sampler | KiB, aggregator | planned |\n|---|---|---|---|---|");
  try {
    for (const facts of SAMPLER_PLUGINS.filter(({ name }) => asked.length === 0 || asked.includes(name))) {
      if (!existsSync(join(prefix, `lib/ovis-ldms/lib${facts.name}.so`))) continue;
      console.log(renderRow(facts, await measure(facts.name, folder, env)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Undefined where ldmsd does not run with the plugin as the example below configures it. */
async function measure(plugin: string, folder: string, env: NodeJS.ProcessEnv): Promise<readonly SetStats[] | undefined> {
  const config = `config name=${plugin} producer=n1 instance=n1/${plugin} component_id=1`;
  const sampler = `msg_enable\nstream_enable\nload name=${plugin}\n${config}\nstart name=${plugin} interval=500ms offset=0s\n`;
  const producer = `prdcr_add name=n1 xprt=sock host=localhost port=${PORTS.sampler} type=active reconnect=1s\nprdcr_start name=n1\n`;
  const updater = "updtr_add name=all interval=500ms offset=100ms\nupdtr_prdcr_add name=all regex=.*\nupdtr_start name=all\n";
  const daemons = [startDaemon("sampler", sampler, folder, env), startDaemon("aggregator", producer + updater, folder, env)];
  await sleep(SETTLE_MS);
  const stats = daemons.every(isRunning) ? [askSetStats(PORTS.sampler, env), askSetStats(PORTS.aggregator, env)] : undefined;
  await Promise.all(daemons.filter(isRunning).map(endDaemon));
  return stats;
}

function startDaemon(kind: keyof typeof PORTS, text: string, folder: string, env: NodeJS.ProcessEnv): ChildProcess {
  const file = join(folder, `${kind}.conf`);
  writeFileSync(file, text);
  return spawn("ldmsd", ["-x", `sock:${PORTS[kind]}`, "-m", "64M", "-c", file], { env, stdio: "ignore" });
}

const isRunning = ({ exitCode, signalCode }: ChildProcess) => exitCode === null && signalCode === null;

function endDaemon(daemon: ChildProcess): Promise<unknown> {
  daemon.kill();
  return once(daemon, "exit");
}

function askSetStats(port: number, env: NodeJS.ProcessEnv): SetStats {
  const { stdout } = spawnSync("ldmsd_controller", ["-x", "sock", "-h", "localhost", "-p", String(port)], {
    env,
    input: "set_stats\n",
    encoding: "utf8",
  });
  const read = (key: string) => Number(new RegExp(`${key} +([0-9]+)`).exec(stdout)?.[1]);
  return { sets: read("active_count"), kib: read("mem_used_kb") };
}

function renderRow({ name, sets, setKib }: PluginFacts, stats: readonly SetStats[] | undefined): string {
  const measured = stats ? `${stats[0]!.sets} | ${stats[0]!.kib} | ${stats[1]!.kib}` : "does not run here | | ";
  return `| ${name} | ${measured} | ${sets} x ${setKib} |`;
}

function ovisEnvironment(prefix: string): NodeJS.ProcessEnv {
  const libraries = join(prefix, "lib");
  const python = readdirSync(libraries).find((entry) => entry.startsWith("python3"));
  return {
    ...process.env,
    PATH: `${prefix}/sbin:${prefix}/bin:${process.env["PATH"]}`,
    LD_LIBRARY_PATH: libraries,
    ZAP_LIBPATH: join(libraries, "ovis-ldms"),
    LDMSD_PLUGIN_LIBPATH: join(libraries, "ovis-ldms"),
    PYTHONPATH: join(libraries, python ?? "", "site-packages"),
  };
}

if (require.main === module) void main();
