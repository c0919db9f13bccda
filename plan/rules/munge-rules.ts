import { HOST_FOLDER, MUNGE_KEY_FILE, OVIS_SECRET_FILE } from "../model/places";
import { MIN_KEY_BYTES } from "../munge/key-form";
import { FolderSet } from "../text/host-path";
import type { FileFacts } from "./facts";
import type { Rule } from "./rule";

const KEY: FileFacts = {
  host: "cygnus-01",
  path: "/var/lib/ldms/cygnus/samp/munge.key",
  mode: "0600",
  owner: "101:101",
  fingerprint: "5d41402abc4b2a76b9719d911017c592",
  isUniform: false,
  lengthBytes: 1024,
  text: undefined,
};

const WORD: FileFacts = { ...KEY, path: "/var/lib/ldms/cygnus/samp/ovis.secret", mode: "0600", owner: "0:0", lengthBytes: 40 };

function isOvisSecret({ path }: FileFacts): boolean {
  return path.endsWith(`/${OVIS_SECRET_FILE}`);
}

function isMungeKey({ path }: FileFacts): boolean {
  return path.endsWith(`/${MUNGE_KEY_FILE}`);
}

function isOfItsOwner({ mode }: FileFacts): boolean {
  return mode === "0600" || mode === "0400";
}

const OWN = new FolderSet([HOST_FOLDER]);

const MAKE_ONE = `make a key of at least ${MIN_KEY_BYTES} random bytes`;

export const MUNGE_RULES: readonly Rule<FileFacts>[] = [
  {
    name: "munge-key-mode-0600",
    description: "A munge key is readable by its owner only; munged refuses any other.",
    severity: "critical",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: isMungeKey,
    holds: isOfItsOwner,
    message: ({ path, mode }) => `munge key \`${path}\` must have mode 0600: ${mode}`,
    help: "write the key with mode 0600",
    examples: { breaking: { ...KEY, mode: "0644" }, passing: KEY },
  },
  {
    name: "munge-key-owned-by-munge",
    description: "A munge key that a deployment writes belongs to 101:101, the munge of every image.",
    severity: "high",
    enforcement: "mandatory",
    readers: ["plan", "resources", "audit"],
    applies: (file) => isMungeKey(file) && OWN.holds(file.path),
    holds: ({ owner }) => owner === "101:101",
    message: ({ path, owner }) => `munge key \`${path}\` must belong to 101:101: ${owner}`,
    help: "write the key with owner 101 and group 101",
    examples: { breaking: { ...KEY, owner: "0:0" }, passing: KEY },
  },
  {
    name: "munge-key-not-all-zero",
    description: "A munge key is a secret, not one byte repeated, as the key that upstream's images carry.",
    severity: "critical",
    enforcement: "mandatory",
    readers: ["resources", "audit"],
    applies: isMungeKey,
    holds: ({ isUniform }) => (isUniform === undefined ? undefined : !isUniform),
    message: ({ path }) => `munge key \`${path}\` is the same byte throughout`,
    help: MAKE_ONE,
    examples: { breaking: { ...KEY, isUniform: true }, passing: KEY },
  },
  {
    name: "munge-key-long-enough",
    description: `A munge key has at least ${MIN_KEY_BYTES} bytes; munged refuses a shorter one.`,
    severity: "critical",
    enforcement: "mandatory",
    readers: ["resources", "audit"],
    applies: isMungeKey,
    holds: ({ lengthBytes }) => (lengthBytes === undefined ? undefined : lengthBytes >= MIN_KEY_BYTES),
    message: ({ path, lengthBytes }) => `munge key \`${path}\` must have at least ${MIN_KEY_BYTES} bytes: ${lengthBytes}`,
    help: MAKE_ONE,
    examples: { breaking: { ...KEY, lengthBytes: 16 }, passing: KEY },
  },
  {
    name: "ovis-secret-of-root-only",
    description: "The word of an ovis authentication is read and written by root alone; ldmsd refuses a file that others may read.",
    severity: "critical",
    enforcement: "mandatory",
    readers: ["plan", "resources"],
    applies: isOvisSecret,
    holds: (file) => isOfItsOwner(file) && file.owner === "0:0",
    message: ({ path, mode, owner }) => `ovis secret \`${path}\` must have mode 0600 and belong to 0:0: ${mode}, ${owner}`,
    help: "write it with mode 0600, owner 0 and group 0",
    examples: { breaking: { ...WORD, mode: "0640" }, passing: WORD },
  },
];
