import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";
import { peerVersions } from "./bench-stack";
import { CASES, type Result } from "./cases";

/** What each case has measured last, committed beside the page that is made of it: a case can be measured again alone, and elsewhere. */
const FOLDER = join(__dirname, "figures");

export interface Figures {
  /** `2026-11-24` */
  readonly date: string;
  /** `2 cores of AMD EPYC, 24 GiB, Node.js v20.20.2` */
  readonly machine: string;
  /** `pdsh-2.34, clush 1.9.1`: what it was measured beside. */
  readonly peers: string;
  readonly result: Result;
}

const pathOf = (name: string) => join(FOLDER, `${name}.json`);

export function keepFigures(name: string, result: Result): void {
  const processor = cpus()[0]?.model.trim() ?? "an unknown processor";
  const machine = `${cpus().length} cores of ${processor}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node.js ${process.version}`;
  const figures = { date: new Date().toISOString().slice(0, 10), machine, peers: peerVersions(), result } satisfies Figures;
  writeFileSync(pathOf(name), `${JSON.stringify(figures, undefined, 2)}\n`);
}

/** In the order of the page. */
export function readFigures(): Figures[] {
  const paths = CASES.map(({ name }) => pathOf(name)).filter((path) => existsSync(path));
  return paths.map((path) => JSON.parse(readFileSync(path, "utf8")) as Figures);
}
