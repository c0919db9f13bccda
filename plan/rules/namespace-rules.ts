import { MAESTRO, RDMA_SAMPLER, SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { cis, pss } from "./frameworks";
import { readTransports } from "./listeners";
import { isOurs, isService, nameOf } from "./role-of-container";
import type { Rule } from "./rule";

function usesRdma({ argv }: ContainerFacts): boolean {
  return readTransports(argv).some(({ xprt }) => xprt === "rdma");
}

function networkMessage(facts: ContainerFacts): string {
  return `${nameOf(facts)} is not on the host's network: network mode \`${facts.networkMode ?? "default"}\``;
}

/** Ways of joining another container, with it whatever it shares with the host: `PID mode \`container:samp\``. Podman takes `ns:PATH` as well. */
function joined(facts: ContainerFacts): string[] {
  const modes = {
    network: facts.networkMode,
    PID: facts.pidMode,
    IPC: facts.ipcMode,
    UTS: facts.utsMode,
    user: facts.usernsMode,
  };
  const joining = Object.entries(modes).filter(([, mode]) => /(^|=)(container|ns):/.test(mode ?? ""));
  return [...joining.map(([what, mode]) => `${what} mode \`${mode}\``), ...facts.volumesFrom.map((from) => `mounts of \`${from}\``)];
}

/** `UTS`, `user` */
function sharedWithHost({ utsMode, usernsMode }: ContainerFacts): string[] {
  return [...(utsMode === "host" ? ["UTS"] : []), ...(usernsMode === "host" ? ["user"] : [])];
}

const EVERYWHERE = ["plan", "resources", "audit"] as const;

export const NAMESPACE_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "sampler-shares-host-pid",
    description: "A sampler shares the host's PID namespace, so that its plugins see the host's processes.",
    severity: "high",
    enforcement: "mandatory",
    readers: EVERYWHERE,
    applies: ({ role }) => role === "sampler",
    holds: ({ pidMode }) => pidMode === "host",
    message: (facts) => `${nameOf(facts)} does not share the host's PID namespace: PID mode \`${facts.pidMode ?? "private"}\``,
    help: "give the container the PID mode `host`",
    examples: { breaking: { ...SAMPLER, pidMode: undefined }, passing: SAMPLER },
  },
  {
    name: "service-does-not-share-host-pid",
    description: "maestro, the UI and Grafana have a PID namespace of their own.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [cis("5.16"), pss("Host Namespaces")],
    readers: EVERYWHERE,
    applies: isService,
    holds: ({ pidMode }) => pidMode !== "host",
    message: (facts) => `${nameOf(facts)} shares the host's PID namespace: PID mode \`host\``,
    help: "leave the container's PID mode out",
    examples: { breaking: { ...MAESTRO, pidMode: "host" }, passing: MAESTRO },
  },
  {
    name: "no-host-pid",
    description: "No daemon shares the host's PID namespace.",
    severity: "medium",
    enforcement: "advisory",
    frameworks: [cis("5.16"), pss("Host Namespaces")],
    readers: EVERYWHERE,
    byDesign: { reason: "plugins read the host's processes, and SOS records the owners of its records by pid" },
    applies: (facts) => isOurs(facts) && !isService(facts),
    holds: ({ pidMode }) => pidMode !== "host",
    message: (facts) => `${nameOf(facts)} shares the host's PID namespace`,
    help: "leave the container's PID mode out",
    examples: { breaking: SAMPLER, passing: { ...SAMPLER, role: "aggregator", name: "agg1", pidMode: undefined } },
  },
  {
    name: "host-network-for-rdma",
    description: "A daemon that speaks RDMA is on the host's network: only there are the devices.",
    severity: "high",
    enforcement: "mandatory",
    readers: EVERYWHERE,
    applies: usesRdma,
    holds: ({ networkMode }) => networkMode === "host",
    message: networkMessage,
    help: "give the container the network mode `host`",
    examples: { breaking: { ...RDMA_SAMPLER, networkMode: "bridge" }, passing: RDMA_SAMPLER },
  },
  {
    name: "host-network",
    description: "Containers are on the host's network: daemons dial each other by the hosts' names and ports.",
    severity: "medium",
    enforcement: "advisory",
    readers: EVERYWHERE,
    applies: (facts) => isOurs(facts) && !usesRdma(facts),
    holds: ({ networkMode }) => networkMode === "host",
    message: networkMessage,
    help: "give the container the network mode `host`",
    examples: { breaking: { ...SAMPLER, networkMode: "bridge" }, passing: SAMPLER },
  },
  {
    name: "no-host-network",
    description: "No container is on the host's network.",
    severity: "medium",
    enforcement: "advisory",
    frameworks: [cis("5.10"), pss("Host Namespaces")],
    readers: EVERYWHERE,
    byDesign: { reason: "daemons dial each other by the hosts' names and ports, and RDMA is on the host's network alone" },
    applies: isOurs,
    holds: ({ networkMode }) => networkMode !== "host",
    message: (facts) => `${nameOf(facts)} is on the host's network`,
    help: "give the container a network of its own",
    examples: { breaking: SAMPLER, passing: { ...SAMPLER, networkMode: "bridge" } },
  },
  {
    name: "ipc-namespace-of-its-own",
    description: "No container shares the host's IPC namespace.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [cis("5.17"), pss("Host Namespaces")],
    readers: ["resources", "audit"],
    applies: isOurs,
    holds: ({ ipcMode }) => ipcMode !== "host",
    message: (facts) => `${nameOf(facts)} shares the host's IPC namespace: IPC mode \`${facts.ipcMode}\``,
    help: "leave the container's IPC mode out",
    examples: { breaking: { ...SAMPLER, ipcMode: "host" }, passing: SAMPLER },
  },
  {
    name: "uts-and-user-namespace-of-its-own",
    description: "No container can change the host's name, or is left out of the engine's user namespaces.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [cis("5.31"), cis("5.21")],
    readers: ["resources", "audit"],
    applies: isOurs,
    holds: (facts) => sharedWithHost(facts).length === 0,
    message: (facts) => `${nameOf(facts)} shares the host's ${sharedWithHost(facts).join(" and ")} namespace`,
    help: "leave the container's UTS mode and user namespace mode out",
    examples: { breaking: { ...SAMPLER, usernsMode: "host" }, passing: SAMPLER },
  },
  {
    name: "joins-no-other-container",
    description: "No container joins the namespace or the mounts of another container: through a sampler it would get the host's.",
    severity: "high",
    enforcement: "mandatory",
    frameworks: [pss("Host Namespaces")],
    readers: EVERYWHERE,
    applies: isOurs,
    holds: (facts) => joined(facts).length === 0,
    message: (facts) => `${nameOf(facts)} joins another container: ${joined(facts).join(", ")}`,
    help: "give the container the mode `host` where its role has it, and else leave the mode out",
    examples: { breaking: { ...MAESTRO, pidMode: "container:samp" }, passing: MAESTRO },
  },
];
