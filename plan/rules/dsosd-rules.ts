import { foldHosts } from "../hostlist/hostlist";
import { isServedByDsosd } from "../stores/kinds";
import { resolvePath } from "../text/host-path";
import type { ContainerFacts } from "./facts";
import { quoted } from "./role-of-container";
import type { Rule } from "./rule";
import { CONTAINERS, DSOSD, exampleStack } from "./stack-examples";
import { readTopology } from "./topology";
import type { StackFacts } from "./topology-facts";

const isDsosd = ({ role }: ContainerFacts) => role === "dsosd";

function crowdedHosts({ containers }: StackFacts): string[] {
  const hosts = containers.filter(isDsosd).map(({ host }) => host);
  return [...new Set(hosts.filter((host, i) => hosts.indexOf(host) !== i))];
}

/** Hosts whose dsosd does not share the PID namespace and the store of an aggregator. */
function lonelyHosts({ containers }: StackFacts): string[] {
  const aggregators = containers.filter(({ role }) => role === "aggregator");
  const stores = ({ mounts }: ContainerFacts) => mounts.filter(({ readOnly }) => !readOnly).map(({ source }) => resolvePath(source));
  const isServed = (dsosd: ContainerFacts) =>
    aggregators.some(
      (one) => one.host === dsosd.host && one.pidMode === dsosd.pidMode && stores(one).some((source) => stores(dsosd).includes(source)),
    );
  return containers.filter((one) => isDsosd(one) && !isServed(one)).map(({ host }) => host);
}

/** Stores of store_sos that the directory of their host's dsosd does not have. */
function unserved(stack: StackFacts): string[] {
  const served = new Set(stack.files.filter(({ path }) => path.endsWith("/dsosd.json")).flatMap(({ text }) => readDirectory(text ?? "")));
  const sos = (readTopology(stack)?.stores ?? []).filter(isServedByDsosd);
  return sos.map(({ container }) => container).filter((container) => !served.has(container));
}

/** Names of the containers that a dsosd.json serves. */
function readDirectory(text: string): string[] {
  try {
    return Object.values(JSON.parse(text) as Record<string, Record<string, string>>).flatMap((containers) => Object.keys(containers));
  } catch {
    return [];
  }
}

/** Hosts that the UI asks and that run no dsosd. */
function deafHosts({ containers, files }: StackFacts): string[] {
  const asked = files
    .filter(({ path }) => path.endsWith("/dsosd.conf"))
    .flatMap(({ text = "" }) => text.split("\n").flatMap((line) => line.trim() || []));
  const running = containers.filter(isDsosd).map(({ host }) => host);
  return asked.filter((host) => !running.includes(host));
}

const hasDsosd = ({ containers }: StackFacts) => containers.some(isDsosd);
const others = CONTAINERS.filter((one) => one !== DSOSD);

export const DSOSD_RULES: readonly Rule<StackFacts>[] = [
  {
    name: "one-dsosd-a-node",
    description: "A host runs one dsosd: it registers with the host's portmapper, which has room for one.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: hasDsosd,
    holds: (stack) => crowdedHosts(stack).length === 0,
    message: (stack) => `two dsosd on \`${foldHosts(crowdedHosts(stack))}\``,
    help: "keep the stores of a host in one aggregator with `dsosd`",
    examples: { breaking: exampleStack({ containers: [...CONTAINERS, { ...DSOSD, name: "dsosd2" }] }), passing: exampleStack() },
  },
  {
    name: "dsosd-beside-its-aggregator",
    description: "dsosd has the PID namespace and the store of an aggregator of its host: SOS records owners by pid.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: hasDsosd,
    holds: (stack) => lonelyHosts(stack).length === 0,
    message: (stack) => `dsosd serves no aggregator's store in its PID namespace, on \`${foldHosts(lonelyHosts(stack))}\``,
    help: "give it the aggregator's PID mode and its store's bind",
    examples: { breaking: exampleStack({ containers: [...others, { ...DSOSD, pidMode: undefined }] }), passing: exampleStack() },
  },
  {
    name: "stored-containers-served",
    description: "Every store of store_sos is in dsosd.json, so that the UI can ask for it.",
    severity: "medium",
    enforcement: "mandatory",
    readers: ["plan", "resources"],
    applies: (stack) => hasDsosd(stack) && readTopology(stack) !== undefined,
    holds: (stack) => unserved(stack).length === 0,
    message: (stack) => `dsosd.json does not have ${quoted(unserved(stack))}`,
    help: "add it to the site's dsosd.json, or leave that file out",
    examples: { breaking: exampleStack({ directory: '{"cygnus-07": {}}' }), passing: exampleStack() },
  },
  {
    name: "ui-asks-hosts-with-dsosd",
    description: "Every host that the UI's dsosd.conf names runs a dsosd.",
    severity: "medium",
    enforcement: "mandatory",
    readers: ["plan", "resources"],
    applies: ({ files }) => files.some(({ path }) => path.endsWith("/dsosd.conf")),
    holds: (stack) => deafHosts(stack).length === 0,
    message: (stack) => `dsosd.conf names hosts without a dsosd: \`${foldHosts(deafHosts(stack))}\``,
    help: "give the aggregator of the host `dsosd`, or leave the host out",
    examples: { breaking: exampleStack({ dsosdConf: "cygnus-07\ncygnus-08\n" }), passing: exampleStack() },
  },
];
