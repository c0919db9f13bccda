import { LDMSD_PORT } from "../config/scalars";
import { componentIdsFor } from "../hosts/component-ids-for";
import { toMicroseconds } from "../text/duration";
import { namesOf } from "./propose";
import { type Answers, completeAnswers } from "./questions";

type Values = Readonly<Record<string, unknown>>;

/** Samplers sample at the full second, each level pulls a little later. */
const OFFSET_MS = 200;
/** Of an interval; later than half of it a level would pull when samplers sample again. */
const MOST_OF_INTERVAL = 0.2;
/** Of an aggregator on a host that has an ldmsd already. */
const FIRST_OTHER_PORT = LDMSD_PORT + 1;

/** What stands below `ldms:` in the stack file that the answers come to, secrets left out; a wrong answer stands there as it is. */
export function initConfig(given: Answers): Values {
  const answers = completeAnswers(given);
  const { xprt, hosts, interconnect, method, head, maestro, ui, grafana } = answers;
  return withoutAbsent({
    xprt,
    ...authOf(answers),
    hosts,
    method,
    ...(head !== undefined && { fanOut: { head } }),
    ssh: sshOf(answers),
    interconnect,
    componentIds: componentIdsFor(namesOf(hosts)),
    images: imagesOf(answers),
    samplers: [{ hosts: answers.samplers, plugins: pluginsOf(answers).map((name) => ({ name, interval: answers.interval })) }],
    aggregators: aggregatorsOf(answers),
    ...(maestro !== undefined && { maestro: { host: maestro } }),
    ...(ui !== undefined && { ui: { host: ui } }),
    ...(grafana !== undefined && { grafana: { host: grafana } }),
  });
}

function authOf({ auth }: Answers): Values {
  if (auth === "ovis" || auth === "none") return { auth, munge: { mode: "none" } };
  return { munge: { mode: auth === "munge-key" ? "key" : "host" } };
}

function sshOf({ sshUser: user, become, sshPort, sshKey: key, knownHosts, sshAddress: address, sshJump }: Answers): Values {
  const jump = sshJump?.includes(",") ? sshJump.split(",") : sshJump;
  const port = sshPort === undefined || sshPort.trim() === "" || Number.isNaN(Number(sshPort)) ? sshPort : Number(sshPort);
  return withoutAbsent({ user, become, port, key, knownHosts, address, jump });
}

function imagesOf({ images: source, registry, namespace, tag, ovis, archive }: Answers): Values {
  return withoutAbsent({ source, registry, namespace, tag, ovis, archive });
}

function pluginsOf({ plugins = "" }: Answers): readonly string[] {
  return plugins.split(",").map((name) => name.trim());
}

/** One level, or a second one that stores, where that is on other hosts. */
function aggregatorsOf(answers: Answers): readonly Values[] {
  const levels = [answers.aggregators, ...(isSameHosts(answers.aggregators, answers.storeOn) ? [] : [answers.storeOn])];
  const offsetMs = Math.min(OFFSET_MS, Math.floor((toMicroseconds(answers.interval ?? "") / 1000) * MOST_OF_INTERVAL)) || OFFSET_MS;
  const isServed = answers.store === "sos" && (answers.ui !== undefined || answers.grafana !== undefined);
  return levels.map((hosts, i) => ({
    name: `agg${i + 1}`,
    level: i + 1,
    hosts,
    ...portOf(hosts, [answers.samplers, ...levels.slice(0, i)], i),
    interval: answers.interval,
    offset: `${offsetMs * (i + 1)}ms`,
    ...(i === levels.length - 1 && { stores: storesOf(answers), ...(isServed && { dsosd: true }) }),
  }));
}

function isSameHosts(one: string | undefined, other: string | undefined): boolean {
  const [names, others] = [new Set(namesOf(one)), new Set(namesOf(other))];
  return one === other || (names.size === others.size && [...names].every((host) => others.has(host)));
}

function portOf(hosts: string | undefined, before: readonly (string | undefined)[], index: number): { readonly port?: number } {
  const taken = new Set(before.flatMap(namesOf));
  return namesOf(hosts).some((host) => taken.has(host)) ? { port: FIRST_OTHER_PORT + index } : {};
}

function storesOf(answers: Answers): readonly Values[] {
  const { store, storePath: path } = answers;
  return pluginsOf(answers).map((schema) => ({
    name: `${store}-${schema}`,
    plugin: `store_${store}`,
    schema,
    container: store === "csv" ? "csv" : schema,
    flush: "10s",
    path: "/store",
    hostPath: path,
  }));
}

function withoutAbsent(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
