import { existsSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { KEEPS_WORDS_VARIABLE } from "../../plan/deployed/deployed";
import type { StackConfig } from "../../stack/stack-file";
import { childEnvironment, type NodeChild, startNodeChild, type WaitingChild } from "./child-process";

export interface ProgramArgs {
  readonly engineAddress: string;
  readonly project: string;
  readonly stack: string;
  readonly folder: string;
  /** What Pulumi.yaml names as `main`, or `.`. */
  readonly main: string;
  readonly isTypeScript: boolean;
  readonly isPreview: boolean;
  readonly parallel: number;
  readonly config: StackConfig;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (stream: "stdout" | "stderr", line: string) => void;
}

/** Runs the project's program through the SDK's own runner, as the language host of the real engine does. */
export function startProgram(args: ProgramArgs): NodeChild {
  const flags = {
    monitor: args.engineAddress,
    engine: args.engineAddress,
    project: args.project,
    stack: args.stack,
    organization: "organization",
    "root-directory": args.folder,
    pwd: args.folder,
    parallel: String(args.parallel),
    "query-mode": "false",
    "dry-run": String(args.isPreview),
  };
  return takeRunner(args.folder).begin({
    argv: [...Object.entries(flags).map(([name, value]) => `--${name}=${value}`), args.main],
    // Types are checked by the project's own lint; the deployment starts seconds earlier without.
    secretEnv: {
      // The runner may be older than what this process has set.
      ...childEnvironment(),
      ...args.environment,
      [KEEPS_WORDS_VARIABLE]: "1",
      ...configEnvironment(args.config),
      // This checkout's own program needs no second compiler, which takes a third of a second to load.
      PULUMI_NODEJS_TYPESCRIPT: String(args.isTypeScript && !(isCheckout() && isOwnFolder(args.folder))),
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    },
    onLine: args.onLine,
  });
}

const waiting = new Map<string, WaitingChild>();
const partsOf = new Map<string, readonly string[]>();

/**
 * Has the runner of the next program in the folder load the SDK already: half a second, on a processor of its own.
 *
 * @param parts modules of this package that the folder's program stands on, to be loaded as well; as the last time where nothing is said
 */
export function warmRunner(folder: string, parts = partsOf.get(folder) ?? []): void {
  partsOf.set(folder, parts);
  if (!waiting.has(folder)) waiting.set(folder, startRunner(folder, parts));
}

function takeRunner(folder: string): WaitingChild {
  const runner = waiting.get(folder) ?? startRunner(folder, []);
  waiting.delete(folder);
  return runner;
}

function startRunner(folder: string, parts: readonly string[]): WaitingChild {
  const loads = [...(isCheckout() && (parts.length > 0 || isOwnFolder(folder)) ? [SOURCES] : []), ...parts];
  return startNodeChild({ module: join(findSdk(folder), "cmd", "run"), loads, folder, env: childEnvironment() });
}

const ROOT = join(__dirname, "../..");
/** What loads a checkout's sources as `bin/ldms.js` does; a package has none. */
const SOURCES = join(ROOT, "bin/sources.js");

function isCheckout(): boolean {
  return existsSync(SOURCES);
}

/** The folder is this checkout, or this package. */
export function isOwnFolder(folder: string): boolean {
  return realpathSync(folder) === realpathSync(ROOT);
}

/** The configuration in the two variables that the SDK reads. */
export function configEnvironment(config: StackConfig): Readonly<Record<string, string>> {
  const entries = Object.entries(config);
  const secretKeys = entries.filter(([, { isSecret }]) => isSecret).map(([key]) => key);
  return {
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(entries.map(([key, { value }]) => [key, value]))),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(secretKeys),
  };
}

/** The SDK that the program itself would load. @throws Error where none is installed. */
export function findSdk(folder: string): string {
  try {
    return dirname(require.resolve("@pulumi/pulumi/package.json", { paths: [folder] }));
  } catch (cause) {
    throw new Error(`${folder}: has no \`@pulumi/pulumi\` installed\nhelp: run \`npm ci\` there`, { cause });
  }
}
