/** What ldmsd_controller prints of an aggregator, read from its tables. @see ldms: ldms/python/ldmsd_controller, `do_prdcr_status` and so on */
export interface ControllerTables {
  readonly producers: readonly ProducerRow[];
  readonly sets: readonly SetRow[];
  readonly updaters: readonly UpdaterRow[];
  readonly policies: readonly PolicyRow[];
}

export interface ProducerRow {
  readonly name: string;
  /** As it is dialled: `cygnus-01-iw:411`; of one that advertised itself, where its connection comes from. */
  readonly address: string;
  /** `CONNECTED`, `DISCONNECTED`, `CONNECTING`, `STOPPED`, `STANDBY` … */
  readonly state: string;
}

export interface SetRow {
  /** `cygnus-01/meminfo` */
  readonly instance: string;
  readonly schema: string;
  /** `READY`, `START`, `LOOKUP`, `UPDATING` … */
  readonly state: string;
  readonly producer: string;
  /** By the sampler's clock, in seconds since 1970; 0: never. */
  readonly sampledAt: number;
}

export interface UpdaterRow {
  readonly name: string;
  readonly state: string;
  /** Producers that it updates. */
  readonly producers: readonly string[];
}

export interface PolicyRow {
  readonly name: string;
  readonly container: string;
  readonly schema: string;
  readonly state: string;
  /** A set of its schema has come; undefined: it has a decomposition, and then it never tells. */
  readonly takesSets: boolean | undefined;
}

type Kind = keyof ControllerTables;

/** First lines of the tables. */
const HEADS: readonly (readonly [Kind, RegExp])[] = [
  ["producers", /^Name +Host +Port +/],
  ["sets", /^Name +Schema Name +State +Origin +/],
  ["updaters", /^Name +Interval:Offset +/],
  ["policies", /^Name +Container +Schema +/],
];

const PRODUCER = /^(\S+) +(\S+) +(\d+) +\S+ .*? (STOPPED|STOPPING|STANDBY|CONNECTING|CONNECTED|DISCONNECTED) +\S/;
/** The origin is blank for a set that nobody has looked up. */
const SET = /^(\S+) +(\S+) +([A-Z]+) +(?:(\S+) +)?(\S+) +(\d\d)-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) \[(\d+)\]/;
const UPDATER = /^(\S+) +\S+:\S+ +\S+ +\S.*? +(RUNNING|STOPPED|STOPPING)\s*$/;
const UPDATED = /^ +(\S+) +\S+ +\d+ +\S+ +[A-Z]+\s*$/;
const POLICY = /^(\S+) +(\S+) +(\S+) +.*? (RUNNING|STOPPED) +(\S+)/;

/** @param lines of one or several answers; times are printed in UTC */
export function parseControllerTables(lines: readonly string[]): ControllerTables {
  const tables: Tables = { producers: [], sets: [], updaters: [], policies: [] };
  let kind: Kind | undefined;
  for (const line of lines) {
    const head = line.startsWith("Name ") ? HEADS.find(([, pattern]) => pattern.test(line)) : undefined;
    if (head) kind = head[0];
    else if (kind !== undefined) READERS[kind](line, tables);
  }
  return tables;
}

interface Tables {
  readonly producers: ProducerRow[];
  readonly sets: SetRow[];
  readonly updaters: (UpdaterRow & { readonly producers: string[] })[];
  readonly policies: PolicyRow[];
}

const READERS: Readonly<Record<Kind, (line: string, tables: Tables) => void>> = {
  producers(line, { producers }) {
    const [, name, host, port, state] = PRODUCER.exec(line) ?? [];
    if (name !== undefined) producers.push({ name, address: `${host}:${port}`, state: state! });
  },
  sets(line, { sets }) {
    const [, instance, schema, state, , producer, ...time] = SET.exec(line) ?? [];
    if (instance !== undefined) {
      sets.push({ instance, schema: schema!, state: state!, producer: producer!, sampledAt: readTime(time) });
    }
  },
  updaters(line, { updaters }) {
    const [, name, state] = UPDATER.exec(line) ?? [];
    if (name !== undefined) return void updaters.push({ name, state: state!, producers: [] });
    const [, producer] = UPDATED.exec(line) ?? [];
    if (producer !== undefined) updaters.at(-1)?.producers.push(producer);
  },
  policies(line, { policies }) {
    const [, name, container, schema, state, decomposition] = POLICY.exec(line) ?? [];
    const takesSets = decomposition === "-" ? false : undefined;
    if (name !== undefined) policies.push({ name, container: container!, schema: schema!, state: state!, takesSets });
    else if (/^ +metrics: +\S/.test(line)) policies.push({ ...policies.pop()!, takesSets: true });
  },
};

/** `11-28-26 04:23:32 [1218]` in its parts; years are of this century, but for 1970, which is never. */
function readTime(parts: readonly (string | undefined)[]): number {
  const [month, day, year, hour, minute, second, microsecond] = parts.map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (year === 70) return 0;
  return Date.UTC(2000 + year, month - 1, day, hour, minute, second) / 1000 + microsecond / 1e6;
}
