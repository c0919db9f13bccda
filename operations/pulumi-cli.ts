import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import run from "nano-spawn";

export type EngineVerb = "preview" | "up" | "refresh" | "destroy";

export interface PulumiRun {
  readonly verb: EngineVerb;
  readonly stack: string;
  readonly isYes: boolean;
  readonly isRefresh: boolean;
  readonly continuesOnError: boolean;
  readonly isJson: boolean;
  /** With what changes of each resource, in lines of its own. */
  readonly isDiff: boolean;
  /** URNs. */
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  readonly policyPacks: readonly string[];
  /** Why, for its history. */
  readonly message?: string;
  /** Of a preview: the file that its steps are written to. Of an `up`: the file that it is bound to; it was previewed then. */
  readonly plan?: string;
}

/** Where `pulumi` is on the search path; `undefined` where it is not. */
export function findPulumi(searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, "pulumi"))
    .find(isExecutable);
}

/** The real CLI's arguments for one run: `["up", "--stack", "lab", "--continue-on-error", "--yes"]`. */
export function pulumiArgv(run: PulumiRun): string[] {
  const { verb, stack, isYes, isRefresh, continuesOnError, isJson, isDiff, targets, excludes, policyPacks, plan, message } = run;
  const each = (option: string, values: readonly string[]) => values.flatMap((value) => [option, value]);
  return [
    verb,
    "--stack",
    stack,
    ...(continuesOnError ? ["--continue-on-error"] : []),
    ...(isYes && verb !== "preview" ? ["--yes"] : []),
    ...(isRefresh && verb !== "refresh" ? ["--refresh"] : []),
    ...(isJson ? ["--json"] : []),
    ...(isDiff ? ["--diff"] : []),
    ...each("--target", targets),
    ...each("--exclude", excludes),
    ...each("--policy-pack", policyPacks),
    ...(message ? ["--message", message] : []),
    ...(plan === undefined ? [] : [verb === "preview" ? "--save-plan" : "--plan", plan]),
    ...(plan !== undefined && verb === "up" && isYes ? ["--skip-preview"] : []),
  ];
}

/** For the CLI to look at its backend, one in the cloud included. */
const BACKEND_TIMEOUT_MS = 60_000;

/**
 * Makes the stack where the backend has none of that name: the CLI stops at an unknown one, and the stack file says already that it is wanted.
 * @throws SubprocessError with the CLI's own words
 */
export async function ensureStack(program: string, stack: string, projectFolder: string): Promise<void> {
  const options = { cwd: projectFolder, stdin: "ignore", timeout: BACKEND_TIMEOUT_MS } as const;
  const { stdout } = await run(program, ["stack", "ls", "--json"], options);
  const stacks = JSON.parse(stdout) as readonly { readonly name: string }[];
  // `lab` of a file backend, `org/lab` of one in the cloud.
  if (stacks.some(({ name }) => name === stack || name.endsWith(`/${stack}`))) return;
  await run(program, ["stack", "init", stack, "--no-select"], options);
}

/** Runs a program on this terminal. @returns its exit code; 1 where a signal ended it. */
export function runOnTerminal(
  [program, ...argv]: readonly [string, ...string[]],
  projectFolder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, argv, { cwd: projectFolder, stdio: "inherit", env: environment });
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
