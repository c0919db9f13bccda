import type { Values } from "../unit/example-stack";
import { spellPlainly } from "./path-spellings";

/** One of the choices. */
export type Pick = <T>(choices: readonly T[]) => T;

export interface StackMutator {
  readonly breaks: string;
  /** Keys of the stack file that become others. */
  change(pick: Pick): Values;
}

const STORE = { name: "s", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" };
const NAMES = ["ldms", "store", "cygnus/ldms", "a b", "x_1"];

function aggregators(agg2: object, agg1: object = {}): readonly object[] {
  return [
    { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s", ...agg1 },
    { name: "agg2", level: 2, hosts: "cygnus-07", interval: "1s", stores: [STORE], dsosd: true, ...agg2 },
  ];
}

export const storedIn = (hostPath: string) => ({ aggregators: aggregators({ stores: [{ ...STORE, hostPath }] }) });
const below = (pick: Pick, folders: readonly string[]) => spellPlainly(`${pick(folders)}/${pick(NAMES)}`, pick);
const numbers = (from: number, to: number, step: number) =>
  Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);

/** Each breaks one rule, whatever it picks. */
export const BREAKING: readonly StackMutator[] = [
  { breaks: "stores-not-in-memory", change: (pick) => storedIn(below(pick, ["/dev/shm", "/run", "/var/run", "/tmp"])) },
  {
    breaks: "no-sensitive-host-folders",
    change: (pick) =>
      storedIn(below(pick, ["/etc", "/root", "/usr/local", "/boot", "/lib", "/sys", "/home", "/var/lib/docker", "/var/lib/ldms"])),
  },
  { breaks: "ldmsd-authenticates", change: (pick) => ({ munge: { mode: "none" }, xprt: pick(["sock", "rdma"]) }) },
  { breaks: "low-ports-listed", change: (pick) => ({ ports: { ldmsd: 411, ui: pick(numbers(81, 400, 11)), grafana: 3000 } }) },
  { breaks: "low-ports-listed", change: (pick) => ({ ports: { ldmsd: pick(numbers(500, 1023, 7)), ui: 80, grafana: 3000 } }) },
  { breaks: "low-ports-listed", change: (pick) => ({ ports: { ldmsd: 411, ui: 80, grafana: pick(numbers(500, 1023, 7)) } }) },
  {
    breaks: "aggregators-lead-to-a-store",
    change: (pick) => ({
      aggregators: aggregators({ stores: [], dsosd: false, interval: pick(["1s", "5s"]) }),
      ...pick([{}, { maestro: undefined }]),
    }),
  },
  {
    breaks: "one-munge-realm",
    change: (pick) => ({
      munge: { mode: "host", hostPath: "/etc/munge/munge.key" },
      aggregators: pick([aggregators({ munge: "key" }), aggregators({}, { munge: "key" })]),
    }),
  },
];

/** None of them is anything that a rule forbids, whatever it picks. */
export const HARMLESS: readonly ((pick: Pick) => Values)[] = [
  (pick) => ({ xprt: pick(["sock", "rdma"]) }),
  (pick) => ({ tolerate: pick([0, 1, 3, 8]) }),
  (pick) => ({
    ports: { ldmsd: pick([411, 10_411, 20_411]), ui: pick([80, 443, ...numbers(8000, 8999, 37)]), grafana: pick(numbers(3000, 3999, 41)) },
  }),
  (pick) => ({
    images: { tag: "site-2026" },
    maestro: { host: pick(["cygnus-06", "cygnus-07", "cygnus-08"]), grammar: pick(["A", "C"]) },
  }),
  () => ({ maestro: undefined }),
  (pick) => storedIn(below(pick, ["/scratch", "/srv", "/data", "/var/lib/stores", "/lustre"])),
  (pick) => ({ aggregators: aggregators({ interval: pick(["1s", "10s"]), reconnect: pick(["1s", "20s"]), mode: pick(["pull", "auto"]) }) }),
  (pick) => ({ method: pick(["docker", "fan-out"]), fanOut: { window: pick([1, 64, 1024]), canary: pick(["1s", "5m"]) } }),
  (pick) => ({ profile: pick(["privileged", "minimal"]) }),
  (pick) => ({ ssh: { user: pick(["root", "ops"]), connectTimeout: pick([1, 5, 120]) } }),
  (pick) => ({
    samplers: [
      {
        hosts: pick(["cygnus-01", "cygnus-[01-02]", "cygnus-[01-04]"]),
        plugins: pick([["meminfo"], ["meminfo", "vmstat"]]).map((name) => ({ name, interval: "1s" })),
      },
    ],
  }),
  (pick) => ({ componentIds: { "cygnus-01": pick([0, 77, 1_000_001]) } }),
];
