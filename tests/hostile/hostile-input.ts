import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { cpSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";

const REPOSITORY = resolve(__dirname, "../..");
const LDMS = join(REPOSITORY, "bin/ldms.js");

/** The core suite meets every fourth of more than four hundred inputs, each place among them; `npm run test:full`, and a file run alone, all. */
const EACH = process.env["LDMS_TEST_SAMPLE"] === "1" ? 4 : 1;

/** What somebody who means harm, or does not look, hands to `ldms`. */
export interface HostileInput {
  readonly title: string;
  /** Text for text in the stack file of cygnus; each must be there. */
  readonly replaced?: Readonly<Record<string, string>>;
  /** Makes the input. The folder has `site` (the stack cygnus; `ldms` runs there), `home` and `elsewhere`. */
  readonly prepare?: (folder: string) => void | Promise<void>;
  /** Words for `ldms`. @default plan -s cygnus */
  readonly argv?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** Programs that `ldms` finds before the machine's own: `{ "ssh-keyscan": "echo …" }`, in sh. */
  readonly programs?: Readonly<Record<string, string>>;
  /** What standard error must say. */
  readonly says: RegExp;
  /** @default 2 */
  readonly code?: number;
}

/** Each input gets its refusal: the exit code, the words, no trace of a program, no control character on the terminal, and no file changed anywhere. */
export function testRefusals(place: string, inputs: readonly HostileInput[]): void {
  describe(`hostile input by ${place}`, () => {
    const outcomes = new Map<HostileInput, Promise<Outcome>>();
    const begin = (input: HostileInput) => {
      const outcome = outcomes.get(input) ?? meet(input);
      outcomes.set(input, outcome);
      // Whoever waits for it hears of it.
      outcome.catch(() => undefined);
      return outcome;
    };

    const met = inputs.filter((_, i) => i % EACH === 0);
    for (const [i, input] of met.entries()) {
      it(input.title, async () => {
        // Some hundred starts of `ldms`, half a second each: the next ones beside this one.
        for (const next of met.slice(i, i + availableParallelism())) begin(next);
        const { code, stdout, stderr, before, after } = await begin(input);

        assert.match(stderr, input.says);
        assert.equal(code, input.code ?? 2, stderr);
        assert.doesNotMatch(stderr, /^ {4}at |TypeError|ReferenceError/m);
        assert.doesNotMatch(stdout + stderr, /[^\P{Cc}\n\t]|\u2028|\u2029/u);
        assert.deepEqual(after, before);
      });
    }
  });
}

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly before: Snapshot;
  readonly after: Snapshot;
}

/** Has `ldms` meet the input, in a folder of its own. */
async function meet(input: HostileInput): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "ldms-hostile-"));
  try {
    for (const name of ["site", "home", "elsewhere"]) mkdirSync(join(folder, name));
    for (const name of ["Pulumi.yaml", "Pulumi.cygnus.yaml"]) cpSync(join(REPOSITORY, name), join(folder, "site", name));
    replaceTexts(join(folder, "site", "Pulumi.cygnus.yaml"), input.replaced ?? {});
    putPrograms(join(folder, "programs"), input.programs ?? {});
    await input.prepare?.(folder);
    const before = snapshot(folder);
    return { ...(await runLdms(folder, input)), before, after: snapshot(folder) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runLdms(folder: string, { argv, environment, stdin }: HostileInput) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_") && !name.startsWith("LDMS_"));
  const child = spawn(process.execPath, [LDMS, ...(argv ?? ["plan", "-s", "cygnus"])], {
    cwd: join(folder, "site"),
    env: {
      ...Object.fromEntries(inherited),
      HOME: join(folder, "home"),
      PATH: `${join(folder, "programs")}:${process.env["PATH"]}`,
      ...environment,
    },
    timeout: 30_000,
  });
  child.stdin.on("error", () => undefined).end(stdin ?? "");
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { stdout, stderr, code };
}

function putPrograms(folder: string, programs: Readonly<Record<string, string>>): void {
  mkdirSync(folder);
  for (const [name, body] of Object.entries(programs)) writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

function replaceTexts(file: string, texts: Readonly<Record<string, string>>): void {
  let content = readFileSync(file, "utf8");
  for (const [from, to] of Object.entries(texts)) {
    assert.ok(content.includes(from), `the stack file has no \`${from}\``);
    content = content.replace(from, () => to);
  }
  writeFileSync(file, content);
}

/** By path: mode, and what a file's content or a link's target comes to. */
type Snapshot = Readonly<Record<string, string>>;

function snapshot(folder: string): Snapshot {
  // A program that is compiled is kept there for the next time.
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => !path.startsWith("home/.cache"));
  return Object.fromEntries(paths.sort().map((path) => [path, describeEntry(join(folder, path))]));
}

function describeEntry(path: string): string {
  const stat = lstatSync(path);
  const mode = stat.mode.toString(8);
  if (stat.isSymbolicLink()) return `${mode} -> ${readlinkSync(path)}`;
  return stat.isFile() ? `${mode} ${createHash("sha256").update(readFileSync(path)).digest("hex")}` : mode;
}
