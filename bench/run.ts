import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BenchCase, CASES, faultsOf } from "./cases";
import { keepFigures, readFigures } from "./figures";
import { InterruptedError, interruptRuns } from "./measured-run";
import { renderPage } from "./page";

const PAGE = join(__dirname, "../docs/performance.md");

const USAGE = `npm run bench [-- --full | --only CASE[,CASE]] [--no-page]
cases: ${CASES.map(({ name }) => name).join(" ")}`;

interface Options {
  readonly cases: readonly BenchCase[];
  readonly writesPage: boolean;
}

/** Measures, prints, writes docs/performance.md; exit code 1 where a figure is above what is promised, 2 where the words are wrong. */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const faults: string[] = [];
  for (const one of options.cases) faults.push(...(await measure(one)));
  const page = renderPage(readFigures());
  console.log(page);
  if (options.writesPage) writeFileSync(PAGE, page);
  for (const fault of faults) console.error(`FAIL ${fault}`);
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function readOptions(words: readonly string[]): Options | undefined {
  const only = words.includes("--only") ? (words[words.indexOf("--only") + 1] ?? "").split(",") : undefined;
  const known = ["--full", "--no-page", "--only", ...(only ? [only.join(",")] : [])];
  if (words.some((word) => !known.includes(word)) || only?.some((name) => !CASES.some((one) => one.name === name))) return undefined;
  const cases = CASES.filter(({ name, isShort }) => (only ? only.includes(name) : isShort || words.includes("--full")));
  return { cases, writesPage: !words.includes("--no-page") };
}

/** @returns what is above what is promised */
async function measure({ name, missing, measure: run }: BenchCase): Promise<readonly string[]> {
  const absent = await missing();
  if (absent.length > 0) {
    console.warn(`!!!! ${name} is not measured here; missing: ${absent.join(" ")} !!!!`);
    return [];
  }
  console.log(`bench: ${name}`);
  const result = await run((line) => console.log(`  ${name}: ${line}`));
  keepFigures(name, result);
  return faultsOf(result);
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interruptRuns);
main().catch((error: unknown) => {
  console.error(error instanceof InterruptedError ? error.message : error);
  process.exitCode = 1;
});
