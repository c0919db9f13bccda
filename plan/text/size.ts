/** KiB of ldmsd's units of memory. */
export const UNIT_KIB: Readonly<Record<string, number>> = { k: 1, m: 1024, g: 1024 ** 2 };

/** `64M` is 65536; the form is the schema's. */
export function toKib(size: string): number {
  return Number.parseInt(size, 10) * UNIT_KIB[size.at(-1)!.toLowerCase()]!;
}
