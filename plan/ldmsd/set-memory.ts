import { UNIT_KIB } from "../text/size";

export const KIB_PER_MIB = 1024;

/** Below it an ldmsd has no room for a plugin that is added. [judgement] */
const LEAST_SAMPLER_MIB = 4;
/** For some thousand sets: an aggregator is not restarted because a few hosts are added. [judgement] */
const LEAST_AGGREGATOR_MIB = 64;

/**
 * `-m` of an ldmsd, MiB: twice what its sets take, in powers of two, so that a host more or a larger set rarely asks for another one.
 * What is reserved is address space; only what sets use is memory.
 */
export function planSetMemoryMib(setsKib: number, role: "sampler" | "aggregator"): number {
  const least = role === "sampler" ? LEAST_SAMPLER_MIB : LEAST_AGGREGATOR_MIB;
  return 2 ** Math.max(Math.log2(least), Math.ceil(Math.log2(Math.max(1, (2 * setsKib) / KIB_PER_MIB))));
}

/**
 * The set memory that an ldmsd's argv reserves, MiB: `["-m", "64M"]` is 64; 0 where it says nothing, which is ldmsd's default of 512 kB. Whoever started
 * it: the audit reads daemons that no plan made. Of two sizes ldmsd keeps the first.
 */
export function readSetMemoryMib(argv: readonly string[]): number {
  const [text = ""] = argv.flatMap((word, i) =>
    word === "-m" || word === "--set_memory" ? (argv[i + 1] ?? "") : (/^(?:-m|--set_memory=)(.+)$/.exec(word)?.[1] ?? []),
  );
  const [, number, unit = ""] = /^([0-9]+)([kmg]?)b?$/i.exec(text) ?? [];
  return number === undefined ? 0 : (Number(number) * (UNIT_KIB[unit.toLowerCase()] ?? 1 / 1024)) / KIB_PER_MIB;
}
