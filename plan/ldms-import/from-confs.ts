import { renderValue } from "../config/wording";
import { shortName } from "../hosts/component-id";
import { compareNames } from "../text/compare-names";
import { ConfAggregation } from "./conf-aggregation";
import { ConfFile, type ConfProducer, isPort } from "./conf-file";
import { readPlugin } from "./read-plugins";
import {
  type SourceAggregator,
  type SourceDaemon,
  type SourceListener,
  type SourcePlugin,
  type SourcePull,
  type SourceSite,
  tellOvisFiles,
  type Unsaid,
} from "./source-site";

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** What the configuration files of ldmsds say: each of one daemon, a sampler's of as many as are pulled by it. */
export function readConfs(files: readonly NamedText[], unsaid: Unsaid): SourceSite {
  const labels = labelsOf(files.map(({ name }) => name));
  const confs = files.map(({ name, text }, i) => new ConfFile(name, labels[i]!, text, unsaid));
  return new ConfReader(
    // What loads and pulls nothing is no daemon's file.
    confs.filter((conf) => conf.isAggregator || conf.loads.size > 0),
    unsaid,
  ).read();
}

/** `agg1` of `ldmsd@agg1.conf`, of `ldmsd_agg1.conf` and of `agg1/ldmsd.conf`. */
function labelsOf(names: readonly string[]): string[] {
  const labels = names.map((name) => {
    const [file = "", folder = ""] = name.split("/").reverse();
    const bare = file.replace(/\.(conf|txt)$/, "").replace(/^ldmsd[@._-]?/, "");
    return plainName(bare === "" ? folder : bare) || "ldmsd";
  });
  return labels.map((label, i) => (labels.indexOf(label) === i ? label : `${label}-${i + 1}`));
}

function plainName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]/g, "-").replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

/** A daemon as somebody dials it. */
interface Target extends ConfProducer {
  readonly conf: ConfFile | undefined;
}

class ConfReader {
  private readonly targets = new Map<string, Target>();
  /** The daemons of each file. */
  private readonly daemonsOf = new Map<ConfFile, SourceDaemon[]>();
  private readonly producersOf: ReadonlyMap<ConfFile, readonly ConfProducer[]>;

  constructor(
    private readonly confs: readonly ConfFile[],
    private readonly unsaid: Unsaid,
  ) {
    this.producersOf = new Map(confs.map((conf) => [conf, conf.listProducers()]));
  }

  read(): SourceSite {
    this.findTargets();
    const strangers = [...this.targets.values()].filter(({ conf }) => conf === undefined).map((target) => this.strangerOf(target));
    for (const conf of this.confs) this.daemonsOf.set(conf, this.listDaemons(conf));
    const daemons = [...strangers, ...[...this.daemonsOf.values()].flat()].toSorted((a, b) => compareNames(a.name, b.name));
    tellOvisFiles(this.confs[0]?.file ?? "", new Set(this.confs.flatMap(({ own }) => [...own.ovisFiles])), this.unsaid);
    if (this.confs.some((conf) => conf.own.isSilentOfAuth))
      this.unsaid.say(
        "ldms:munge",
        "the files do not say how daemons authenticate, which is `-a` of their command lines: here it is `none`",
        "`munge: { mode: host }` where the hosts have munge",
      );
    return { daemons, aggregators: this.confs.filter((conf) => conf.isAggregator).map((conf) => this.readAggregator(conf)) };
  }

  private findTargets(): void {
    const names = new Set<string>();
    for (const [conf, producers] of this.producersOf) {
      for (const producer of producers) {
        const key = placeOf(producer);
        if (this.targets.has(key)) continue;
        const name = names.has(producer.name) ? `${producer.name}-${producer.host}-${producer.port}` : producer.name;
        if (name !== producer.name)
          this.unsaid.say(
            producer.place,
            `producer ${renderValue(producer.name)} is another daemon in another file: here it is ${renderValue(name)}`,
          );
        names.add(name);
        this.targets.set(key, { ...producer, name, conf: this.confOf(producer, conf) });
      }
    }
  }

  /** Whose file a producer has: that of its name, else the only one that fits. */
  private confOf(producer: ConfProducer, puller: ConfFile): ConfFile | undefined {
    const others = this.confs.filter((conf) => conf !== puller);
    const named = others.filter(({ label }) => label === producer.name || label === producer.host || label === shortName(producer.host));
    const literal = others.filter((conf) => [...conf.configs.values()].some(({ attributes }) => attributes["producer"] === producer.name));
    const byPort = others.filter(({ listens }) => listens.some(({ port }) => port === producer.port));
    const stem = stemOf(producer.name);
    const alike = others.filter((conf) => !conf.isAggregator && [stem, stemOf(producer.host)].includes(stemOf(conf.label)));
    const open = others.filter((conf) => conf.listens.length === 0 && !conf.isAggregator);
    for (const found of [named, literal, byPort, alike, open]) if (found.length === 1) return found[0];
    return undefined;
  }

  private strangerOf({ name, host, port, xprt, auth, place }: Target): SourceDaemon {
    this.unsaid.say(
      place,
      "none of the files is that of its producer: it is taken for a daemon that runs already, `external: true`",
      "give its file, too; or leave `external` out, and name its `plugins`",
    );
    return { name, host, label: "external", listeners: [{ host, port, xprt, auth }], plugins: [], settings: { external: true } };
  }

  private listDaemons(conf: ConfFile): SourceDaemon[] {
    const targets = [...this.targets.values()].filter((target) => target.conf === conf);
    const own = targets.length > 0 ? (conf.isAggregator ? targets.slice(0, 1) : targets) : [this.placeholderOf(conf)];
    if (targets.length > 1 && conf.isAggregator)
      this.unsaid.say(
        conf.file,
        `is dialled at several places: ${renderValue(targets.map(placeOf).join(", "))}; here at the first`,
        "`listeners`, and `via`",
      );
    const { plugins, componentId } = this.readPlugins(conf, own.length);
    const advertises = conf.advertisers.length > 0;
    return own.map(({ name, host, port, xprt, auth }) => ({
      name,
      host,
      label: conf.file,
      listeners: [{ host, port, xprt, auth }, ...this.furtherOf(conf, port, host)],
      plugins,
      settings: { ...conf.own.settings, ...(advertises && { discovery: "advertise" as const }) },
      ...(componentId !== undefined && { componentId }),
    }));
  }

  private furtherOf({ listens }: ConfFile, own: number, host: string): SourceListener[] {
    return listens.filter(({ port }) => port !== own).map(({ port, xprt, auth }) => ({ host, port, xprt, auth }));
  }

  /** Of a daemon that nobody dials no file says where it runs. */
  private placeholderOf(conf: ConfFile): Pick<Target, "name" | "host" | "port" | "xprt" | "auth"> {
    const [listen] = conf.listens;
    const port = listen?.port ?? 411;
    this.unsaid.say(
      conf.file,
      `does not say where its daemon runs: here the host is \`${conf.label}\``,
      "write its host in `hosts`; a file that has the host's name says it",
    );
    if (!listen)
      this.unsaid.say(
        conf.file,
        `does not say where its daemon listens, which stands in its command line, \`-x\`: here at ${port}`,
        "write its `port`",
      );
    return { name: conf.label, host: conf.label, port, xprt: listen?.xprt ?? "sock", auth: listen?.auth ?? conf.own.authOf(undefined) };
  }

  private readPlugins(conf: ConfFile, hosts: number): { readonly plugins: readonly SourcePlugin[]; readonly componentId?: number } {
    const read = [...conf.loads].flatMap(([instance, { place, attributes }]) => {
      if (conf.isStore(instance)) return [];
      const start = conf.starts.get(instance);
      if (!start) {
        this.unsaid.say(place, `plugin ${renderValue(instance)} is not started: it is left out`, "nothing, or start it");
        return [];
      }
      const { interval, offset } = start.attributes;
      const settings = Object.entries(conf.configs.get(instance)?.attributes ?? {}).filter(([name]) => name !== "name");
      return [readPlugin({ place, plugin: attributes["plugin"] ?? instance, instance, interval, offset, settings }, hosts, this.unsaid)];
    });
    const id = read.find(({ componentId }) => componentId !== undefined)?.componentId;
    if (id !== undefined && hosts > 1)
      this.unsaid.say(conf.file, `component_id ${id} would be the same on every host`, "`componentIds` of the stack file says each host's");
    return { plugins: read.map(({ entry }) => entry), ...(id !== undefined && hosts === 1 && { componentId: id }) };
  }

  private readAggregator(conf: ConfFile): SourceAggregator {
    const producers = this.producersOf.get(conf)!;
    const pulls = [
      ...producers.map((producer): SourcePull => ({ daemon: this.targets.get(placeOf(producer))!.name, listener: 0 })),
      ...this.listAdvertised(conf),
    ];
    const aggregation = new ConfAggregation(
      conf,
      producers.map(({ name }) => name),
      this.unsaid,
    );
    const [first, ...others] = producers.map(({ reconnect }) => reconnect);
    if (others.some((one) => one !== first))
      this.unsaid.say(conf.file, `producers have several times of \`reconnect\`: here it is \`${first}\``, "one for all");
    if ([...conf.added.values()].some(({ attributes: { type = "active" } }) => type !== "active"))
      this.unsaid.say(
        conf.file,
        "producers of a `type` that is not `active`: here they are dialled",
        "`discovery: advertise` for what it pulls",
      );
    return {
      place: conf.file,
      daemons: this.daemonsOf.get(conf)!.map(({ name }) => name),
      pulls,
      ...(first !== undefined && { reconnect: first }),
      updaters: aggregation.readUpdaters(),
      subscribe: aggregation.readSubscriptions(),
      stores: aggregation.readStores(),
    };
  }

  private listAdvertised(conf: ConfFile): SourcePull[] {
    if (conf.producerListeners.length === 0) return [];
    const regex = conf.producerListeners.map(({ attributes }) => attributes["regex"]).find((one) => one !== undefined && one !== ".*");
    if (regex !== undefined)
      this.unsaid.say(
        conf.file,
        `\`prdcr_listen_add\` lets in by ${renderValue(regex)}: the plan accepts every daemon that authenticates`,
        "nothing, or `auth`",
      );
    const isOnly = this.confs.filter(({ producerListeners }) => producerListeners.length > 0).length === 1;
    const [own] = this.daemonsOf.get(conf)!;
    const isHere = ({ host = "", port = "" }: Readonly<Record<string, string>>) =>
      isOnly || (isPort(port) && host === own!.host && own!.listeners.some((one) => one.port === Number(port)));
    const advertising = this.confs.filter(({ advertisers }) => advertisers.some(({ attributes }) => isHere(attributes)));
    return advertising.flatMap((one) => this.daemonsOf.get(one)!.map(({ name }) => ({ daemon: name, listener: 0 })));
  }
}

function placeOf({ host, port }: Pick<ConfProducer, "host" | "port">): string {
  return `${host}:${port}`;
}

/** `gpu` of `gpu-101`: what daemons of a group, and their file, are called alike. */
function stemOf(name: string): string {
  return shortName(name).replace(/[-_]?[0-9]+$/, "");
}
