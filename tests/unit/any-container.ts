import fc from "fast-check";
import { ROLE_NAMES } from "../../plan/containers/roles";
import type { PlannedContainer, PlannedMount } from "../../plan/model/container";

/** Anything that an argv can hold, quotes, blanks and signs of the shell included. */
const text = fc.oneof(
  fc.string({ unit: "grapheme" }).map((some) => some.replaceAll("\0", "")),
  fc.constantFrom("$HOME", "`id`", "it's", '"', "a b", "--privileged", "-", "=", "\\", "\n"),
);
const word = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}$/);
const path = fc.array(word, { minLength: 1, maxLength: 3 }).map((names) => `/${names.join("/")}`);
const paths = fc.uniqueArray(path, { maxLength: 3 });
const texts = fc.array(text, { maxLength: 3 });
/** Docker keeps no such name apart from the object's own. */
const assignments = fc.dictionary(
  word.filter((name) => name !== "__proto__"),
  text,
  { maxKeys: 4 },
);
const count = fc.integer({ min: 1, max: 100_000 });

const mount: fc.Arbitrary<PlannedMount> = fc.oneof(
  fc.record({ kind: fc.constant("bind"), hostPath: path, containerPath: path, readOnly: fc.boolean() }),
  fc.record({ kind: fc.constant("volume"), volume: word, containerPath: path, readOnly: fc.boolean() }),
);

/** All but `entrypoint`, `pidMode`, `gpus` and `memoryMib`. */
const REQUIRED = [
  ...["host", "name", "role", "image", "argv", "env", "mounts", "networkMode", "privileged", "capabilities", "devices"],
  ...["readOnlyRootFilesystem", "tmpfs", "securityOpts", "ulimits", "restart", "healthCheck", "log", "stopTimeoutSeconds", "labels"],
] as const satisfies readonly (keyof PlannedContainer)[];

/** Any container that a plan's types can say. */
export const anyContainer: fc.Arbitrary<PlannedContainer> = fc
  .record(
    {
      host: word,
      name: word,
      role: fc.constantFrom(...ROLE_NAMES),
      image: fc.constantFrom("ldms-samp", "ldms-agg"),
      entrypoint: fc.array(text, { minLength: 1, maxLength: 3 }).filter(([program]) => program !== ""),
      argv: texts,
      env: assignments,
      mounts: fc.uniqueArray(mount, { maxLength: 4, selector: ({ containerPath }) => containerPath }),
      networkMode: fc.constant("host"),
      pidMode: fc.constant("host"),
      privileged: fc.boolean(),
      capabilities: fc.record({
        add: fc.subarray(["IPC_LOCK", "SYS_PTRACE"]),
        drop: fc.subarray(["ALL", "NET_RAW"]),
      }),
      devices: paths.map((all) => all.map((device) => ({ path: device, permissions: "rw" as const }))),
      gpus: fc.constant("all"),
      readOnlyRootFilesystem: fc.boolean(),
      tmpfs: paths.map((all) => Object.fromEntries(all.map((folder) => [folder, "size=16m,mode=0755"]))),
      securityOpts: fc.subarray(["no-new-privileges", "apparmor=unconfined", "systempaths=unconfined"]),
      ulimits: fc.uniqueArray(fc.record({ name: fc.constantFrom("core", "nofile"), limit: count }), { selector: ({ name }) => name }),
      memoryMib: count,
      restart: fc.constant("unless-stopped"),
      healthCheck: fc.record({
        test: text.filter(Boolean).map((command) => ["CMD-SHELL", command]),
        intervalSeconds: count,
        timeoutSeconds: count,
        startPeriodSeconds: count,
        retries: count,
      }),
      log: fc.record({ driver: fc.constant("json-file"), maxSizeMib: count, maxFiles: count }),
      stopTimeoutSeconds: count,
      labels: assignments,
    },
    { requiredKeys: [...REQUIRED] },
  )
  .map((container) => structuredClone({ ...container, labels: { ...container.labels, "ldms.role": container.role } }));
