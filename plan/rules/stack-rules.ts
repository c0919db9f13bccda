import { foldHosts } from "../hostlist/hostlist";
import { DSOSD_RULES } from "./dsosd-rules";
import { SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { collide, type Listener, readListeners } from "./listeners";
import { PLUGIN_RULES } from "./plugin-rules";
import { isLdmsd } from "./role-of-container";
import type { Rule } from "./rule";
import { STORE_RULES } from "./store-rules";
import type { StackFacts } from "./topology-facts";
import { listenersOfConf, readConfs } from "./topology-of-confs";
import { TOPOLOGY_RULES } from "./topology-rules";
import { UPDATE_RULES } from "./update-rules";

const SECOND: ContainerFacts = { ...SAMPLER, host: "cygnus-02", env: { COMPID: "2", COMPONENT_ID: "2", HOSTNAME: "cygnus-02" } };

function of(...containers: readonly ContainerFacts[]): StackFacts {
  return { containers, files: [] };
}

/** Upstream's texts know it by both names. */
function readComponentId({ env }: ContainerFacts): string | undefined {
  return env["COMPONENT_ID"] === env["COMPID"] ? env["COMPID"] : undefined;
}

/** Hosts of ldmsd containers by component id. */
function hostsById({ containers }: StackFacts): [id: string, hosts: readonly string[]][] {
  const hosts = new Map<string, Set<string>>();
  for (const container of containers.filter(isLdmsd)) {
    const id = readComponentId(container) ?? "none";
    hosts.set(id, (hosts.get(id) ?? new Set()).add(container.host));
  }
  return [...hosts].map(([id, names]) => [id, [...names]]);
}

function badIds(stack: StackFacts): string[] {
  return hostsById(stack).flatMap(([id, hosts]) => {
    if (id === "none") return [`no component id, or two of them, on \`${foldHosts(hosts)}\``];
    return hosts.length > 1 ? [`component id ${id} on \`${foldHosts(hosts)}\``] : [];
  });
}

/** Shape: "port 411 of `cygnus-01`: `samp`, `samp2`". */
function takenTwice(stack: StackFacts): string[] {
  const shared = new Map<string, Set<string>>();
  const onHost = new Map<string, { readonly name: string; readonly listener: Listener }[]>();
  const ofConf = new Map(readConfs(stack).map((conf) => [conf.container, listenersOfConf(conf)]));
  for (const container of stack.containers.filter(({ networkMode }) => networkMode === "host")) {
    const known = onHost.get(container.host) ?? [];
    for (const listener of [...readListeners(container), ...(ofConf.get(container) ?? [])]) {
      for (const other of known.filter((entry) => collide(entry.listener, listener))) {
        const key = `port ${listener.port} of \`${container.host}\``;
        shared.set(key, (shared.get(key) ?? new Set()).add(`\`${other.name}\``).add(`\`${container.name}\``));
      }
      known.push({ name: container.name, listener });
    }
    onHost.set(container.host, known);
  }
  return [...shared].map(([port, names]) => `${port}: ${[...names].join(", ")}`);
}

export const STACK_RULES: readonly Rule<StackFacts>[] = [
  {
    name: "component-ids-unique",
    description: "Every host of an ldmsd has one component id, and no two hosts the same: rows in the store are told apart by it.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: ({ containers }) => containers.some(isLdmsd),
    holds: (stack) => badIds(stack).length === 0,
    message: (stack) => `component ids do not tell hosts apart: ${badIds(stack).join("; ")}`,
    help: "set `componentIds` of one of the hosts",
    examples: { breaking: of(SAMPLER, { ...SECOND, env: SAMPLER.env }), passing: of(SAMPLER, SECOND) },
  },
  {
    name: "ports-do-not-collide-on-a-host",
    description: "No two containers on a host's network listen on the same port.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: () => true,
    holds: (stack) => takenTwice(stack).length === 0,
    message: (stack) => `two containers on one port: ${takenTwice(stack).join("; ")}`,
    help: "give one of them another port",
    examples: {
      breaking: of(SAMPLER, { ...SAMPLER, name: "samp2" }),
      passing: of(SAMPLER, { ...SAMPLER, name: "samp2", argv: ["-x", "sock:412", "-a", "munge", "-m", "4M"] }),
    },
  },
  ...TOPOLOGY_RULES,
  ...UPDATE_RULES,
  ...DSOSD_RULES,
  ...STORE_RULES,
  ...PLUGIN_RULES,
];
