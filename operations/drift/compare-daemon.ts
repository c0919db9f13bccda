import { readAuthArguments } from "../../plan/auth/read-arguments";
import { readLines } from "../../plan/ldmsd/conf-line";
import { CONF_IN_CONTAINER } from "../../plan/ldmsd/conf-path";
import type { PlannedContainer } from "../../plan/model/container";
import type { PlannedDaemon } from "../../plan/model/daemon";
import type { PlannedHost } from "../../plan/model/host";
import { toMicroseconds } from "../../plan/text/duration";
import { isSamePath } from "../../plan/text/host-path";
import { controllerCommand } from "../service/controller";
import type { Finding } from "./compare-host";
import type { AskedDaemon, DaemonWords, RunningSet } from "./daemon-script";

/** A plugin as the daemon's own file has it. */
interface ConfiguredPlugin {
  readonly name: string;
  readonly plugin: string;
  /** Of its `start`; absent: it is not started there. */
  readonly interval?: string;
  readonly offset?: string;
}

/** A set may be so many intervals old, and so many seconds more. */
const MISSED_INTERVALS = 3;
const SPARE_SECONDS = 5;

/** How a daemon is asked, by the proof of its own; undefined for one without a file of the plan's. */
export function askedDaemon(host: PlannedHost, daemon: PlannedDaemon): AskedDaemon | undefined {
  const container = host.containers.find(({ name }) => name === daemon.container);
  const plugins = container && readConfigured(host, container);
  if (!plugins) return undefined;
  const [, ...words] = controllerCommand(host, daemon);
  const [address, proof] = [words[words.indexOf("--host") + 1]!, readAuthArguments(container.argv)];
  const list = ["ldms_ls", "-v", "-x", daemon.xprt, "-h", address, "-p", String(daemon.port), "-a", daemon.auth];
  return {
    container: daemon.container,
    controller: controllerCommand(host, daemon),
    ...(plugins.some(({ interval }) => interval !== undefined) && { list: [...list, ...proof.flatMap((argument) => ["-A", argument])] }),
  };
}

/** @returns undefined where its file is none of the plan's texts */
function readConfigured({ files }: PlannedHost, { mounts }: PlannedContainer): ConfiguredPlugin[] | undefined {
  const mount = mounts.find((one) => one.kind === "bind" && isSamePath(one.containerPath, CONF_IN_CONTAINER));
  const content = files.find(({ path }) => mount?.kind === "bind" && isSamePath(path, mount.hostPath))?.content;
  if (content?.kind !== "text") return undefined;
  const lines = readLines(content.text);
  const startOf = new Map(lines.flatMap(({ verb, attributes }) => (verb === "start" ? [[attributes["name"], attributes] as const] : [])));
  return lines.flatMap(({ verb, attributes: { name = "", plugin = name } }) => {
    const { interval, offset } = startOf.get(name) ?? {};
    return verb === "load" ? [{ name, plugin, ...(interval !== undefined && { interval }), ...(offset !== undefined && { offset }) }] : [];
  });
}

/** What a daemon that was made as planned runs otherwise than its file says: whoever restarts it has it read that file again. */
export function compareDaemon(host: PlannedHost, daemon: PlannedDaemon, words: DaemonWords): Finding[] {
  const container = host.containers.find(({ name }) => name === daemon.container)!;
  const configured = readConfigured(host, container) ?? [];
  const known = new Set(configured.map(({ name }) => name));
  const strangers = [...words.plugins].filter(([name, { kind }]) => !known.has(name) && kind === "sampler");
  const told = [
    ...configured.flatMap((plugin) => comparePlugin(plugin, words)),
    ...strangers.map(([name]) => `plugin ${name} is not in the stack`),
  ];
  const finding =
    (kind: Finding["kind"]) =>
    (message: string): Finding => ({ kind, subject: container.name, message, differs: "host" });
  return [...told.map(finding("plugin")), ...missingSets(daemon, configured, words).map(finding("set"))];
}

function comparePlugin({ name, plugin, interval, offset }: ConfiguredPlugin, { plugins, sets, nowSeconds }: DaemonWords): string[] {
  const running = plugins.get(name);
  if (!running) return [`plugin ${name} is not loaded`];
  if (running.plugin !== plugin) return [`plugin ${name} is ${running.plugin}, in the stack ${plugin}`];
  const own = running.sets.flatMap((instance) => sets.get(instance) ?? []);
  if (interval === undefined || own.length === 0) return [];
  const hint = own.find(({ intervalUs }) => intervalUs !== undefined);
  if (!own.some((set) => isSampled(set, nowSeconds, hint?.intervalUs ?? readDuration(interval)))) return [`plugin ${name} does not sample`];
  const pace = comparePace(hint, { interval, offset });
  return pace === undefined ? [] : [`plugin ${name} samples ${pace}`];
}

function isSampled({ isConsistent, sampledAt }: RunningSet, nowSeconds: number, intervalUs: number): boolean {
  return isConsistent && nowSeconds - sampledAt <= (MISSED_INTERVALS * intervalUs) / 1e6 + SPARE_SECONDS;
}

/** `every 5 s, in the stack every 1 s`. A plugin whose sets do not say is taken at its word. */
function comparePace(hint: RunningSet | undefined, wanted: { readonly interval: string; readonly offset: string | undefined }) {
  if (hint?.intervalUs === undefined) return undefined;
  const intervalUs = readDuration(wanted.interval);
  if (hint.intervalUs !== intervalUs) return `every ${tellDuration(hint.intervalUs)}, in the stack every ${tellDuration(intervalUs)}`;
  const offsetUs = wanted.offset === undefined ? undefined : readDuration(wanted.offset);
  if (offsetUs === undefined || hint.offsetUs === undefined || hint.offsetUs === offsetUs) return undefined;
  return `at an offset of ${tellDuration(hint.offsetUs)}, in the stack ${tellDuration(offsetUs)}`;
}

/** A number alone is microseconds. */
function readDuration(text: string): number {
  return /^-?\d+$/.test(text) ? Number(text) : Math.round(toMicroseconds(text));
}

function tellDuration(microseconds: number): string {
  return `${microseconds / 1e6} s`;
}

/** Those that stay for as long as the daemon runs, of plugins that are there. */
function missingSets(
  { sets = [] }: PlannedDaemon,
  configured: readonly ConfiguredPlugin[],
  { plugins, sets: there }: DaemonWords,
): string[] {
  if (configured.some(({ name, plugin }) => plugins.get(name)?.plugin !== plugin)) return [];
  const instances = [...there.keys()];
  return sets.flatMap(({ name }) => (instances.some((instance) => instance.endsWith(`/${name}`)) ? [] : [`set ${name} is missing`]));
}
