import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { SecretInputs } from "../../components/secret-inputs";
import { renderDeliveryInput } from "../../plan/delivery/deliver-files";
import { knownName } from "../../plan/hosts/known-hosts";
import type { PlannedFile } from "../../plan/model/file";
import type { SshConnection } from "../../plan/model/host";
import { BadInputError } from "../../plan/problems/errors";
import { withoutPulumiVariables } from "../../plan/text/child-environment";

/** Key types that Go's SSH client and every sshd of the last years agree on; a pinned `ssh-rsa` key is not among them. */
const HOST_KEY_TYPES = ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"];

export interface SecretInputsArgs {
  readonly projectFolder: string;
  /** Decrypted secrets by config name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Of a preview that policies judge: nobody logs in anywhere, and keys may be on another machine. */
  readonly isForChecks: boolean;
}

/** In the place of a key that is not read. */
const NOT_READ = "not read for a check";

/**
 * Reads what components need from this machine: the values of secrets, ssh keys, pinned host keys.
 * What it returns throws BadInputError for a key that is not there.
 */
export function createSecretInputs({ projectFolder, secrets, isForChecks }: SecretInputsArgs): SecretInputs {
  const readKey = memoize((path: string) => (isForChecks ? NOT_READ : readKeyFile(resolve(projectFolder, path))));
  // A login node is before every host.
  const readHostKey = memoize((file: string, name: string) => (isForChecks ? NOT_READ : findHostKey(resolve(projectFolder, file), name)));
  return {
    deliveryInput(files: readonly PlannedFile[]) {
      const input = renderDeliveryInput(files, (name) => secrets[name]!);
      return files.some((file) => file.content.kind === "secret") ? pulumi.secret(input) : input;
    },
    commandConnection(connection: SshConnection) {
      const { address, user, port, keyFile, knownHostsFile, jump, connectTimeoutSeconds } = connection;
      const key = keyFile ? { privateKey: pulumi.secret(readKey(keyFile)) } : {};
      const pinned = (host: Parameters<typeof knownName>[0]) =>
        knownHostsFile ? { hostKey: readHostKey(knownHostsFile, knownName(host)) } : {};
      const dial = { dialErrorLimit: 1, perDialTimeout: connectTimeoutSeconds };
      return {
        host: address,
        user,
        port,
        ...key,
        ...pinned(connection),
        ...dial,
        ...(jump && {
          proxy: { host: jump.address, user: jump.user, port: jump.port, ...key, ...pinned(jump), ...dial },
        }),
      };
    },
  };
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw BadInputError.of(
      "ssh.key",
      `cannot be read: \`${path}\``,
      "name the private key that logs in to the hosts, or leave `key` out to use the agent's",
    );
  }
}

/** @returns the key as `ssh-ed25519 AAAA…`. `ssh-keygen` reads the file, since names in it may be hashed. */
function findHostKey(knownHostsFile: string, name: string): string {
  const lines = runKeygen(["-F", name, "-f", knownHostsFile]).split("\n");
  const keys = lines.filter((line) => line && !line.startsWith("#")).map((line) => line.split(" ").slice(1, 3).join(" "));
  const key = HOST_KEY_TYPES.flatMap((type) => keys.filter((candidate) => candidate.startsWith(`${type} `)))[0];
  if (!key) {
    throw BadInputError.of(
      "ssh.knownHosts",
      `no ed25519 or ecdsa key of \`${name}\` in \`${knownHostsFile}\``,
      "ldms hosts trust, which shows each key before it keeps it",
    );
  }
  return key;
}

function runKeygen(args: readonly string[]): string {
  try {
    const env = withoutPulumiVariables(process.env);
    return execFileSync("ssh-keygen", args, { encoding: "utf8", env, stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 });
  } catch {
    return "";
  }
}

function memoize<Words extends readonly string[], T>(compute: (...words: Words) => T): (...words: Words) => T {
  const known = new Map<string, T>();
  return (...words) => {
    const key = JSON.stringify(words);
    if (!known.has(key)) known.set(key, compute(...words));
    return known.get(key)!;
  };
}
