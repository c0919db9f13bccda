import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { ownPidNamespace } from "../../stack/lock-holder";
import { type HostileInput, testRefusals } from "./hostile-input";

const VERSION = "v3.248.0";
const MANIFEST = { time: "2026-01-01T00:00:00Z", magic: createHash("sha256").update(VERSION).digest("hex"), version: VERSION };
/** A state for `ldms import`, which takes the lock and contacts nobody. */
const STATE = JSON.stringify({ version: 3, deployment: { manifest: MANIFEST, resources: [] } });

const lockFolder = (folder: string) => join(folder, "home/.pulumi/locks/organization/ldms/cygnus");

interface StackLockRow {
  readonly title: string;
  readonly prepare: (locks: string) => void;
  readonly says: RegExp;
}

/** A stack that something holds, however odd, is not begun on. */
function held({ title, prepare, says }: StackLockRow): HostileInput {
  return {
    title,
    argv: ["import", "-s", "cygnus"],
    stdin: STATE,
    code: 1,
    says,
    prepare(folder) {
      mkdirSync(lockFolder(folder), { recursive: true });
      prepare(lockFolder(folder));
    },
  };
}

const withText = (text: string) => (locks: string) => writeFileSync(join(locks, "theirs.json"), text);

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync("true").pid;
}

function holder(changes: object): string {
  return JSON.stringify({ pid: deadPid(), username: "ada", hostname: hostname(), timestamp: "2026-01-01T00:00:00Z", ...changes });
}

const CANNOT_READ = /^stack: is locked by somebody, whose lock cannot be read \((ELOOP|EISDIR), of user id \d+\): `.*theirs\.json`\nhelp: /;
const SAYS_NOTHING =
  /^stack: is locked by somebody, whose lock does not say whose it is: `.*theirs\.json`\nhelp: ask whose it is; .*`cancel`/;
const CANNOT_TELL =
  /^stack: is locked by ada@\S+ \(pid \d+\) since 2026\S+: `.*`\nhelp: .*its process cannot be told from here: look on .*containers.*other machines/;

const [bootId = "", namespace = ""] = (ownPidNamespace() ?? "").split(" ");

testRefusals("lock", [
  held({ title: "a lock that is a folder", prepare: (locks) => mkdirSync(join(locks, "theirs.json")), says: CANNOT_READ }),
  held({
    title: "a lock that is a link to nothing",
    prepare: (locks) => symlinkSync("nowhere", join(locks, "theirs.json")),
    says: CANNOT_READ,
  }),
  held({
    title: "a lock that is a link to the lock of a dead process",
    prepare(locks) {
      writeFileSync(join(locks, "dead"), holder({ pidNamespace: ownPidNamespace() }));
      symlinkSync("dead", join(locks, "theirs.json"));
    },
    says: CANNOT_READ,
  }),
  held({ title: "a lock that is a pipe", prepare: (locks) => execFileSync("mkfifo", [join(locks, "theirs.json")]), says: SAYS_NOTHING }),
  held({ title: "an empty lock", prepare: withText(""), says: SAYS_NOTHING }),
  held({ title: "a lock that is `null`", prepare: withText("null"), says: SAYS_NOTHING }),
  held({ title: "a lock of a megabyte", prepare: withText(holder({ username: "a".repeat(1e6) })), says: SAYS_NOTHING }),
  held({ title: "a lock without a host", prepare: withText(holder({ hostname: undefined })), says: SAYS_NOTHING }),
  held({
    title: "a lock of a group of processes",
    prepare: withText(holder({ pid: -deadPid(), pidNamespace: ownPidNamespace() })),
    says: SAYS_NOTHING,
  }),
  held({ title: "a lock whose pid is a text", prepare: withText(holder({ pid: "1; id" })), says: SAYS_NOTHING }),
  held({ title: "a lock whose pid is beyond every process", prepare: withText(holder({ pid: 2 ** 40 })), says: SAYS_NOTHING }),
  held({
    title: "a lock of a user whose name turns the terminal red",
    prepare: withText(holder({ username: "\x1b[31mada" })),
    says: SAYS_NOTHING,
  }),
  held({
    title: "a lock of a host whose name is written backwards",
    prepare: withText(holder({ hostname: "\u202esunimret" })),
    says: SAYS_NOTHING,
  }),
  held({
    title: "a lock whose own name moves the cursor",
    prepare: (locks) => writeFileSync(join(locks, "\x1b[2J.json"), ""),
    says: /^stack: is locked by somebody, .*`.*\\u001b\[2J\.json`/,
  }),
  held({ title: "a lock of a dead process that `pulumi` wrote, on a host of this name", prepare: withText(holder({})), says: CANNOT_TELL }),
  held({
    title: "a lock of a process of another container of this name",
    prepare: withText(holder({ pidNamespace: `${bootId} pid:[4026539999]` })),
    says: CANNOT_TELL,
  }),
  held({
    title: "a lock of a process of another machine of this name",
    prepare: withText(holder({ pidNamespace: `00000000-0000-4000-8000-000000000000 ${namespace}` })),
    says: CANNOT_TELL,
  }),
  held({
    title: "a lock of another machine",
    prepare: withText(holder({ hostname: "login-2" })),
    says: /^stack: is locked by ada@login-2 .*\nhelp: wait for that run to end, or look for it on login-2; /,
  }),
  {
    title: "a folder of locks that is a file",
    argv: ["import", "-s", "cygnus"],
    stdin: STATE,
    code: 1,
    says: /^locks: cannot be listed: `.*\/cygnus` \(ENOTDIR\)\nhelp: /,
    prepare(folder) {
      mkdirSync(dirname(lockFolder(folder)), { recursive: true });
      writeFileSync(lockFolder(folder), "");
    },
  },
  {
    title: "a folder of locks that is a link to itself",
    argv: ["import", "-s", "cygnus"],
    stdin: STATE,
    code: 1,
    says: /^locks: cannot be listed: `.*\/cygnus` \(ELOOP\)\nhelp: /,
    prepare(folder) {
      mkdirSync(dirname(lockFolder(folder)), { recursive: true });
      symlinkSync("cygnus", lockFolder(folder));
    },
  },
  {
    title: "a backend that is a link to nothing",
    argv: ["import", "-s", "cygnus"],
    stdin: STATE,
    code: 1,
    says: /^state: cannot be written: `.*`: ENOENT\nhelp: /,
    prepare: (folder) => symlinkSync("nowhere", join(folder, "home/.pulumi")),
  },
  {
    title: "a backend whose layout cannot be read",
    argv: ["export", "-s", "cygnus"],
    code: 1,
    says: /^state: cannot be read: `.*\/meta\.yaml` \(EISDIR\)\nhelp: /,
    prepare: (folder) => void mkdirSync(join(folder, "home/.pulumi/meta.yaml"), { recursive: true }),
  },
  {
    title: "a value for a stack file that another one is changing",
    argv: ["config", "set", "-s", "cygnus", "tolerate", "2"],
    code: 1,
    says: /^Pulumi\.cygnus\.yaml: is being changed by ada@\S+ \(pid \d+\) since .*: `.*`\nhelp: wait for that run to end; .* remove that file$/m,
    prepare: (folder) => lockStackFile(folder, holder({ pid: process.pid, pidNamespace: ownPidNamespace() })),
  },
  {
    title: "a new munge key for a stack file whose lock cannot be read",
    argv: ["munge-key", "generate", "-s", "cygnus"],
    environment: { PULUMI_CONFIG_PASSPHRASE: "x" },
    code: 1,
    says: /^Pulumi\.cygnus\.yaml: is being changed by somebody, whose lock does not say whose it is: `/,
    prepare: (folder) => lockStackFile(folder, "\0"),
  },
  {
    title: "a new munge key on every host while another one is under way",
    replaced: { "ldms:munge: { mode: host }": "ldms:munge: { mode: key }" },
    argv: ["munge-key", "rotate", "-s", "cygnus", "--yes"],
    environment: { PULUMI_CONFIG_PASSPHRASE: "x" },
    code: 1,
    says: /^Pulumi\.cygnus\.yaml: is being changed by ada@login-2 .*\nhelp: .*login-2/,
    prepare(folder) {
      const argv = [join(__dirname, "../../bin/ldms.js"), "munge-key", "generate", "-s", "cygnus"];
      const env = { ...process.env, HOME: join(folder, "home"), PULUMI_CONFIG_PASSPHRASE: "x" };
      execFileSync(process.execPath, argv, { cwd: join(folder, "site"), env });
      lockStackFile(folder, holder({ hostname: "login-2" }));
    },
  },
]);

function lockStackFile(folder: string, text: string): void {
  writeFileSync(join(folder, "site", ".Pulumi.cygnus.yaml.lock-theirs.json"), text);
}
