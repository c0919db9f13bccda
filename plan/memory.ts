import type { Role } from "./deployment-plan";

/** A set of an aggregator takes about 4 KiB. @see ldmsd(8), `--set_memory`: nodes x sets per node x 4k */
const SET_KIB = 4;
/** ldmsd reserves so much for its sets without a word. @see ldmsd(8), `--set_memory` */
const DEFAULT_SET_MIB = 512;
const KIB_PER_MIB = 1024;

/** What the sets of an aggregator take at least, in MiB: ldmsd's own reservation, or more where there are many. */
export function setMemoryMib(setCount: number): number {
  return Math.max(DEFAULT_SET_MIB, Math.ceil((setCount * SET_KIB) / KIB_PER_MIB));
}

/** Beside its sets: program, plugins, munged, and for stores the pages of SOS that wait to be written. [judgement] */
const PROGRAM_MIB: Readonly<Record<Role, number>> = {
  sampler: 512,
  aggregator: 2560,
  dsosd: 4096,
  maestro: 2048,
  ui: 2048,
  grafana: 2048,
};
/** etcd and maestro keep each daemon's configuration several times. [judgement] */
const MAESTRO_MIB_PER_DAEMON = 1;

/**
 * Limit of a container's memory in MiB: some times what a healthy daemon takes, so that only one that leaks meets it.
 *
 * @param size sets of all samplers together and daemons of the stack; 0 or more
 * @param setMemory what the daemon's own `-m` reserves, in MiB
 */
export function memoryLimitMib(role: Role, size: { readonly sets: number; readonly daemons: number }, setMemory = 0): number {
  switch (role) {
    case "sampler":
      return PROGRAM_MIB.sampler + Math.max(DEFAULT_SET_MIB, setMemory);
    case "aggregator":
      // Twice: what is received stands beside what is kept.
      return PROGRAM_MIB.aggregator + Math.max(2 * setMemoryMib(size.sets), setMemory);
    case "maestro":
      return PROGRAM_MIB.maestro + MAESTRO_MIB_PER_DAEMON * size.daemons;
    case "dsosd":
    case "ui":
    case "grafana":
      return PROGRAM_MIB[role];
    default:
      return role satisfies never;
  }
}

const UNIT_MIB: Readonly<Record<string, number>> = {
  "": 1 / KIB_PER_MIB / KIB_PER_MIB,
  K: 1 / KIB_PER_MIB,
  M: 1,
  G: KIB_PER_MIB,
  T: KIB_PER_MIB ** 2,
};

/** What ldmsd's options reserve for its sets, in MiB: `-m 2G`, `--set_memory=512M`; 0 where they do not say. */
export function readSetMemoryMib(options: readonly string[]): number {
  const amounts = options.flatMap((word, i) => {
    const text = word === "-m" || word === "--set_memory" ? options[i + 1] : /^(?:-m|--set_memory=)(.+)$/.exec(word)?.[1];
    const [, number, unit] = /^([0-9]+(?:\.[0-9]+)?)([KMGT]?)B?$/i.exec(text ?? "") ?? [];
    return number === undefined ? [] : [Math.ceil(Number(number) * UNIT_MIB[unit!.toUpperCase()]!)];
  });
  return amounts.at(-1) ?? 0;
}
