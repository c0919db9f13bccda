import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { runProcess } from "../processes/run-process";
import { LAB_FILES, LAB_FOLDER, LAB_HOSTS, LabError } from "./names";

/** Kept connections' sockets, outside the project's folder: a socket's path ends at 108 characters. */
const CONTROL_FOLDER = join(tmpdir(), `ldms-lab-${userInfo().uid}`);

const KEYS_OF_ONE_LAB = [LAB_FILES.privateKey, LAB_FILES.publicKey, LAB_FILES.mungeKey, LAB_FILES.id] as const;

/**
 * Has the keys, the passphrase and the ssh config; keeps what is there.
 * @returns the lab's id, which changes with its keys
 */
export async function ensureLabFiles(): Promise<string> {
  mkdirSync(LAB_FOLDER, { recursive: true, mode: 0o700 });
  mkdirSync(CONTROL_FOLDER, { recursive: true, mode: 0o700 });
  if (!existsSync(LAB_FILES.passphrase)) writeSecret(LAB_FILES.passphrase, `${randomBytes(24).toString("base64url")}\n`);
  if (!KEYS_OF_ONE_LAB.every((file) => existsSync(file))) await makeKeys();
  writeFileSync(LAB_FILES.sshConfig, renderSshConfig());
  return readFileSync(LAB_FILES.id, "utf8").trim();
}

/** Removes the keys of a lab that is gone; the passphrase stays, for the stack's state may. */
export function removeLabFiles(): void {
  for (const file of [...KEYS_OF_ONE_LAB, LAB_FILES.knownHosts, LAB_FILES.sshConfig]) rmSync(file, { force: true });
  rmSync(CONTROL_FOLDER, { recursive: true, force: true });
}

async function makeKeys(): Promise<void> {
  for (const file of [...KEYS_OF_ONE_LAB, LAB_FILES.knownHosts]) rmSync(file, { force: true });
  // munge takes any 32 to 1024 bytes. Source: munge(7), `mungekey --bits`.
  writeSecret(LAB_FILES.mungeKey, randomBytes(128));
  const keygen = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "ldms-lab", "-f", LAB_FILES.privateKey] as const;
  const { code, stderr } = await runProcess(keygen, { timeoutSeconds: 20 });
  if (code !== 0) throw new LabError("ssh-keygen", `exit code ${code}: ${stderr.trim()}`);
  writeFileSync(LAB_FILES.id, `${randomBytes(8).toString("hex")}\n`);
}

function writeSecret(file: string, content: string | Buffer): void {
  writeFileSync(file, content, { mode: 0o600 });
}

/** For people and for the tests: every host by its name, one kept connection a host, no key exchange of 65 ms where 19 ms do. */
export function renderSshConfig(): string {
  const hosts = LAB_HOSTS.flatMap(({ name, address }) => [`Host ${name}`, `  HostName ${address}`]);
  return [
    ...hosts,
    "Host *",
    "  User root",
    `  IdentityFile "${LAB_FILES.privateKey}"`,
    "  IdentitiesOnly yes",
    `  UserKnownHostsFile "${LAB_FILES.knownHosts}"`,
    "  GlobalKnownHostsFile /dev/null",
    "  StrictHostKeyChecking yes",
    "  BatchMode yes",
    "  ConnectTimeout 5",
    "  ServerAliveInterval 5",
    "  ServerAliveCountMax 3",
    "  KexAlgorithms curve25519-sha256",
    "  ControlMaster auto",
    `  ControlPath "${CONTROL_FOLDER}/%C"`,
    "  ControlPersist 60",
    "",
  ].join("\n");
}

/** @param keys host name to its key: `cygnus-01` to `ssh-ed25519 AAAA…` */
export function renderKnownHosts(keys: ReadonlyMap<string, string>): string {
  const lines = LAB_HOSTS.filter(({ name }) => keys.has(name)).map(({ name, address }) => `${name},${address} ${keys.get(name)}`);
  return lines.map((line) => `${line}\n`).join("");
}
