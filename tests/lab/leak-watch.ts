import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { RunResult, StartedProcess } from "./ldms-process";

const LOOK_MS = 200;

/** Every spelling by which a secret's bytes could show: as they are, in base64 and in hex; long enough that no part turns up by chance. */
export function spellingsOf(secret: Buffer): readonly string[] {
  return [secret.toString("latin1").slice(0, 24), secret.toString("base64").slice(0, 40), secret.toString("hex").slice(0, 48)];
}

/** A private key's own lines, since the whole has line ends that a log may change. */
export function spellingsOfPem(pem: string): readonly string[] {
  const lines = pem.split("\n").filter((line) => line !== "" && !line.startsWith("-"));
  // The first lines of OpenSSH's format are the public key.
  return lines.slice(2).flatMap((line) => [line.slice(0, 40), Buffer.from(line).toString("base64").slice(0, 40)]);
}

/** Looks for secrets where none belongs, while runs go on and after. */
export class LeakWatch {
  private readonly found = new Set<string>();
  /** By whichever run: several may go on at once. */
  private lookedAt = 0;

  constructor(private readonly spellings: readonly string[]) {
    assert.ok(spellings.every(({ length }) => length >= 20));
  }

  /** Where a secret was seen: `cmdline of ssh`, `PULUMI_CONFIG of node`, `stdout of up`. */
  get leaks(): readonly string[] {
    return [...this.found];
  }

  /** Waits for a run, and meanwhile looks at the arguments and the environment of every process; the hosts' are among this machine's. */
  async run(run: StartedProcess, what: string): Promise<RunResult> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    run.ended.then(end, end);
    while (!isOver) {
      if (Date.now() - this.lookedAt >= LOOK_MS) this.lookAtProcesses();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    const result = await run.ended;
    this.look(`stdout of ${what}`, result.stdout);
    this.look(`stderr of ${what}`, result.stderr);
    return result;
  }

  look(where: string, text: string): void {
    if (this.spellings.some((spelling) => text.includes(spelling))) this.found.add(where);
  }

  /** Every file below a folder, read as bytes. */
  lookBelow(folder: string, except: (path: string) => boolean = () => false): void {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    for (const path of files.map(({ parentPath, name }) => join(parentPath, name)))
      if (!except(path)) this.look(path, readFileSync(path, "latin1"));
  }

  private lookAtProcesses(): void {
    this.lookedAt = Date.now();
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const name = readIfThere(`/proc/${pid}/comm`).trim();
      this.look(`cmdline of ${name}`, readIfThere(`/proc/${pid}/cmdline`));
      for (const variable of readIfThere(`/proc/${pid}/environ`).split("\0"))
        this.look(`${variable.split("=", 1)[0]} of ${name}`, variable);
    }
  }
}

/** Latin 1, so that bytes of any value are found. Processes end while they are looked at. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
