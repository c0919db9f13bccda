import { readSetMemoryMib } from "../ldmsd/set-memory";
import { SAMPLER } from "./examples";
import type { ContainerFacts } from "./facts";
import { isLdmsd, nameOf } from "./role-of-container";
import type { Rule } from "./rule";

const EVERYWHERE = ["plan", "resources", "audit"] as const;

/** What an ldmsd has for its metric sets. */
export const MEMORY_RULES: readonly Rule<ContainerFacts>[] = [
  {
    name: "set-memory-given",
    description: "An ldmsd is given the memory of its metric sets by `-m`: with its own 512 kB it loses every set after the 128th.",
    severity: "high",
    enforcement: "mandatory",
    readers: EVERYWHERE,
    applies: isLdmsd,
    holds: ({ argv }) => readSetMemoryMib(argv) > 0,
    message: (facts) => `${nameOf(facts)} has no \`-m\`: 512 kB, or 128 sets`,
    help: "leave `-m` as the deployment gives it, or set `setMemory`",
    examples: { breaking: { ...SAMPLER, argv: ["-x", "sock:411", "-a", "munge"] }, passing: SAMPLER },
  },
  {
    name: "memory-limit-holds-the-sets",
    description: "The memory limit of an ldmsd is above what its `-m` reserves for metric sets.",
    severity: "high",
    enforcement: "mandatory",
    readers: EVERYWHERE,
    applies: (facts) => isLdmsd(facts) && facts.memoryMib !== undefined,
    holds: ({ argv, memoryMib }) => memoryMib! > readSetMemoryMib(argv),
    message: (facts) => `${nameOf(facts)} has a limit of ${facts.memoryMib} MiB and \`-m\` of ${readSetMemoryMib(facts.argv)} MiB`,
    help: "leave the limit that the deployment gives it",
    examples: { breaking: { ...SAMPLER, memoryMib: 4 }, passing: SAMPLER },
  },
];
