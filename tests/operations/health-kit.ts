import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HEALTH_SCRIPT } from "../../plan/health/script";
import { runProcess } from "../../processes/run-process";
import { withPrograms } from "./fake-programs";

export interface Verdict {
  readonly code: number;
  readonly line: string;
}

/** Folder in which a test's script keeps what it has seen, in place of /dev/shm. */
export interface HealthRoom {
  readonly folder: string;
  /** Path of the script. */
  readonly script: string;
  readonly seen: string;
}

/** For the daemon of a port. */
export function makeRoom(port = 411): HealthRoom {
  const folder = mkdtempSync(join(tmpdir(), "ldms-health-"));
  const script = join(folder, "health");
  mkdirSync(join(folder, "shm"));
  writeFileSync(script, HEALTH_SCRIPT.replaceAll("/dev/shm/", `${folder}/shm/`), { mode: 0o755 });
  return { folder, script, seen: join(folder, `shm/ldms-health.${port}`) };
}

export type Shell = readonly [string, ...string[]];

/** Both shells that containers are known to have. */
const SHELLS: readonly Shell[] = [["dash"], ["busybox", "sh"]];

export const HOST = "cygnus-01";

/** The tests once for each shell, each test with a room of its own, on a host of that name. */
export function describeHealth(title: string, define: (shell: Shell, room: () => HealthRoom) => void): void {
  for (const shell of SHELLS) {
    describe(`${title}, run by ${shell.join(" ")}`, () => {
      let room: HealthRoom;
      const { HOSTNAME } = process.env;
      before(async function () {
        const found = await runProcess([...shell, "-c", "true"], { timeoutSeconds: 5 }).catch(() => undefined);
        if (found?.code !== 0) this.skip();
        process.env["HOSTNAME"] = HOST;
      });
      after(() => {
        if (HOSTNAME === undefined) delete process.env["HOSTNAME"];
        else process.env["HOSTNAME"] = HOSTNAME;
      });
      beforeEach(() => {
        room = makeRoom();
      });
      afterEach(() => rmSync(room.folder, { recursive: true }));
      define(shell, () => room);
    });
  }
}

/** The verdict with `N s` for seconds that a slow machine may add some to. */
export function aboutSeconds({ code, line }: Verdict, expected: number): Verdict {
  return {
    code,
    line: line.replace(/\b(\d+) s\b/g, (text, number) => (Number(number) >= expected && Number(number) <= expected + 8 ? "N s" : text)),
  };
}

/** Whatever the script has seen, it saw so many seconds earlier. Stamps of sets have a fraction; a file's, in the row of what was written, is no moment at which it looked. */
export function pass(room: HealthRoom, seconds: number): void {
  const shift = (field: string, i: number, row: readonly string[]) =>
    /^1[0-9]{9}$/.test(field) && !(row[1] === "wrote" && i === 3) ? String(Number(field) - seconds) : field;
  const rows = readFileSync(room.seen, "utf8").split("\n");
  writeFileSync(room.seen, rows.map((row) => row.split("\t").map(shift).join("\t")).join("\n"));
}

/** What the script says where `ldms_ls` is the given sh text, and other programs are. */
export function judgeBy(
  shell: Shell,
  room: HealthRoom,
  programs: Readonly<Record<string, string>>,
  words: readonly string[],
): Promise<Verdict> {
  return withPrograms(programs, async () => {
    const argv = [...shell, room.script, "sock", "411", "none", ...words] as const;
    const { stdout, code } = await runProcess(argv as unknown as Shell, { timeoutSeconds: 30 });
    return { code, line: stdout };
  });
}

export interface Listed {
  readonly name: string;
  readonly schema?: string;
  readonly flags?: string;
  /** Seconds since it was updated; absent: never was. */
  readonly age?: number;
}

/** sh that lists sets as ldms_ls 4.5.3 does with -v. */
export function lists(...sets: readonly Listed[]): string {
  const rule =
    "-------------- ------------------------ ------ ------ ------ ------ ------ ------ ---------- ----------------- -----------------  --------";
  const rows = sets.map(({ name, age, ...given }) => {
    const { schema, flags } = { schema: name.slice(name.indexOf("/") + 1), flags: "CL ", ...given };
    const update = age === undefined ? "0.000000" : `'$((now - ${age}))'.001382`;
    return `${schema.padEnd(14)} ${name.padEnd(24)} ${flags.padStart(6)}   2968    544      0      0      0 -rwxrwxrwx ${update.padStart(17)}          0.000025 "updt_hint_us"="1000000:0" `;
  });
  if (sets.length === 0) return "exit 0";
  const head =
    "Schema         Instance                 Flags  Msize  Dsize  Hsize  UID    GID    Perm       Update            Duration          Info    ";
  const total = `Total Sets: ${sets.length}, Meta Data (kB): 13.66, Data (kB) 2.19, Memory (kB): 15.85`;
  return `now=$(date +%s)\ncat <<END\n${[head, rule].join("\n")}\nEND\n${rows.map((row) => `printf '%s\\n' '${row}'`).join("\n")}\ncat <<END\n${rule}\n${total}\nEND`;
}
