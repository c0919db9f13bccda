import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BenchCase, CASES, faultsOf } from "./cases";
import { InterruptedError, interruptRuns } from "./measured-run";
import { type KeptResult, renderPage } from "./page";

const PAGE = join(__dirname, "../docs/performance.md");
/** What each case has measured last; the page is made of these, so that a case can be measured again alone. */
const KEPT = join(__dirname, "../.ldms/bench");

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
  const page = renderPage(CASES.flatMap(({ name }) => readKept(name)));
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
  mkdirSync(KEPT, { recursive: true });
  writeFileSync(join(KEPT, `${name}.json`), JSON.stringify({ date: new Date().toISOString().slice(0, 10), result } satisfies KeptResult));
  return faultsOf(result);
}

function readKept(name: string): KeptResult[] {
  try {
    return [JSON.parse(readFileSync(join(KEPT, `${name}.json`), "utf8")) as KeptResult];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, interruptRuns);
main().catch((error: unknown) => {
  console.error(error instanceof InterruptedError ? error.message : error);
  process.exitCode = 1;
});
