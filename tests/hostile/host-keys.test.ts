import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HostileInput, testRefusals } from "./hostile-input";

const KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEt5vVhrGB5U2hKqBzFYwCWeFIlvGbNbcTWFCBXjFBcs";
const OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPmzx0Ge5VEXtfs0bkEvVQAGLZkcSeHWkEHIRm/nvLVD";

const TRUST = ["hosts", "trust", "-s", "cygnus", "--yes"];
const KEEP = "knownHosts: known";
const SSH = "ldms:ssh: { user: root }";

/** login-1 and login-2 are known, cygnus-01 is reached by the first, cygnus-02 by the second, all others without. Nobody but login-1 says anything new. */
function plantedBy(title: string, ...lines: readonly string[]): HostileInput {
  const overrides = ["01", "02"].map((number) => `{ hosts: cygnus-${number}, jump: login-${Number(number)} }`);
  const known = ["login-1", "login-2"].map((login) => `${login} ${KEY}`);
  return {
    title,
    replaced: { [SSH]: `ldms:ssh: { user: root, ${KEEP}, overrides: [${overrides.join(", ")}] }` },
    prepare: (folder) => writeFileSync(join(folder, "site/known"), `${known.join("\n")}\n`),
    programs: {
      "ssh-keyscan": `case " $* " in *" login-1 "*) cat known ;; esac`,
      ssh: `cat >/dev/null; case "$*" in *login-1*) printf '%b\\n' ${lines.map((line) => `'${line}'`).join(" ")} ;; esac`,
    },
    argv: TRUST,
    code: 1,
    says: /^$/,
  };
}

/** The hosts' keys have nothing to do with it: nobody is asked. */
function refused(row: Pick<HostileInput, "title" | "says"> & Partial<HostileInput>): HostileInput {
  return { argv: TRUST, programs: { "ssh-keyscan": "exit 9", ssh: "exit 9" }, ...row };
}

testRefusals("host-keys", [
  plantedBy("a login node that gives a key of a host that is asked without it", `cygnus-03 ${KEY}`),
  plantedBy("a login node that gives a key of a host behind another login node", `cygnus-02 ${KEY}`),
  plantedBy("a login node that gives a key of the other login node", `login-2 ${OTHER}`),
  plantedBy("a login node that gives a key of a host of nobody's", `github.com ${KEY}`),
  plantedBy("a login node that gives a key of every host", `* ${KEY}`, `cygnus-* ${KEY}`),
  plantedBy("a login node that gives a key of many names in one", `cygnus-01,cygnus-03 ${KEY}`),
  plantedBy("a login node that gives a key of another port", `[cygnus-01]:2222 ${KEY}`),
  plantedBy("a login node that gives an authority for all hosts", `@cert-authority * ${KEY}`, `@cert-authority cygnus-01 ${KEY}`),
  plantedBy("a login node that gives a key of a type that nobody asked for", `cygnus-01 ssh-dss AAAAB3NzaC1kc3MAAACB`),
  plantedBy("a login node that gives a key of a type that clears the screen", "cygnus-01 ssh-\\033[2Jrsa AAAAB3NzaC1yc2E"),
  plantedBy("a login node that gives a key that is none", "cygnus-01 ssh-ed25519 $(id)", "cygnus-01 ssh-ed25519"),
  {
    title: "a host with another key than the known one",
    replaced: { [SSH]: `ldms:ssh: { user: root, ${KEEP} }` },
    prepare: (folder) => writeFileSync(join(folder, "site/known"), `cygnus-01 ${KEY}\n`),
    programs: { "ssh-keyscan": `echo 'cygnus-01 ${OTHER}'` },
    argv: TRUST,
    code: 1,
    says: /^cygnus-01: the ssh host key has changed; nothing was written\n {2}help: /,
  },
  {
    title: "a host that gives another key beside the known one",
    replaced: { [SSH]: `ldms:ssh: { user: root, ${KEEP} }` },
    prepare: (folder) => writeFileSync(join(folder, "site/known"), `cygnus-01 ${KEY}\n`),
    programs: { "ssh-keyscan": `echo 'cygnus-01 ${KEY}'; echo 'cygnus-01 ${OTHER}'` },
    argv: TRUST,
    code: 1,
    says: /^cygnus-01: the ssh host key has changed; nothing was written\n {2}help: /,
  },
  refused({
    title: "two hosts of one address, behind different login nodes",
    replaced: {
      [SSH]: `ldms:ssh: { user: root, ${KEEP}, overrides: [{ hosts: "cygnus-[01-02]", address: "10.0.0.[1-2]", jump: login-1 }, { hosts: "cygnus-[03-04]", address: "10.0.0.[1-2]", jump: login-2 }] }`,
    },
    says: /^known: a key is of one host only:\n {2}- `10\.0\.0\.1` is cygnus-\[01,03\], reached by different ways\n {2}- `10\.0\.0\.2` is cygnus-\[02,04\], .*\nhelp: /,
  }),
  refused({
    title: "a host's new key, of a host that is not the stack's",
    argv: [...TRUST, "--replace", "cygnus-[07-08],login-1"],
    says: /^--replace: not hosts that cygnus reaches by ssh: cygnus-08,login-1\nhelp: they are cygnus-\[01-07\]/,
  }),
  refused({
    title: "new keys of more than half of the stack's hosts",
    argv: [...TRUST, "--replace", "cygnus-[01-04]"],
    says: /^--replace: names 4 of the 7 hosts of cygnus: so many new keys at once may be one machine that answers for all\nhelp: /,
  }),
  refused({
    title: "a host's new key, of a list that does not end",
    argv: [...TRUST, "--replace", "cygnus-[01-"],
    says: /^hostlist: .*\ncygnus-\[01-\n {7}\^/,
  }),
  refused({
    title: "known hosts that are a folder",
    replaced: { [SSH]: `ldms:ssh: { user: root, ${KEEP} }` },
    prepare: (folder) => mkdirSync(join(folder, "site/known")),
    says: /^known: cannot be read \(EISDIR\)\nhelp: /,
  }),
  refused({
    title: "known hosts that are a link to themselves",
    replaced: { [SSH]: `ldms:ssh: { user: root, ${KEEP} }` },
    prepare: (folder) => symlinkSync("known", join(folder, "site/known")),
    says: /^known: cannot be read \(ELOOP\)\nhelp: /,
  }),
]);
