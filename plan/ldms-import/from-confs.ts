import { LDMSD_PORT } from "../config/scalars";
import { renderValue } from "../config/wording";
import { compareNames } from "../text/compare-names";
import { ConfAggregation } from "./conf-aggregation";
import { ConfFile, isPort } from "./conf-file";
import { labelConfs } from "./conf-labels";
import { ConfTargets, placeOfProducer, type Target } from "./conf-targets";
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
import { oneReconnect, tellWhoIsLetIn } from "./tell-pulls";

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** What the configuration files of ldmsds say: each of one daemon, a sampler's of as many as are pulled by it. */
export function readConfs(files: readonly NamedText[], unsaid: Unsaid): SourceSite {
  const labels = labelConfs(files.map(({ name }) => name));
  const confs = files.map(({ name, text }, i) => new ConfFile(name, labels[i]!, text, unsaid));
  return new ConfReader(
    // What loads and pulls nothing is no daemon's file.
    confs.filter((conf) => conf.isAggregator || conf.loads.size > 0),
    unsaid,
  ).read();
}

class ConfReader {
  private readonly targets: ConfTargets;
  /** The daemons of each file. */
  private readonly daemonsOf = new Map<ConfFile, SourceDaemon[]>();

  constructor(
    private readonly confs: readonly ConfFile[],
    private readonly unsaid: Unsaid,
  ) {
    this.targets = new ConfTargets(confs, unsaid);
  }

  read(): SourceSite {
    const strangers = this.targets.listOf(undefined).map((target) => this.strangerOf(target));
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

  private strangerOf({ name, host, port, xprt, auth, place }: Target): SourceDaemon {
    this.unsaid.say(
      place,
      "none of the files is that of its producer: it is taken for a daemon that runs already, `external: true`",
      "give its file, too; or leave `external` out, and name its `plugins`",
    );
    return { name, host, label: "external", listeners: [{ host, port, xprt, auth }], plugins: [], settings: { external: true } };
  }

  private listDaemons(conf: ConfFile): SourceDaemon[] {
    const targets = this.targets.listOf(conf);
    const own = targets.length > 0 ? (conf.isAggregator ? targets.slice(0, 1) : targets) : [this.placeholderOf(conf)];
    if (targets.length > 1 && conf.isAggregator)
      this.unsaid.say(
        conf.file,
        `is dialled at several places: ${renderValue(targets.map(placeOfProducer).join(", "))}; here at the first`,
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
    const port = listen?.port ?? LDMSD_PORT;
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
    const read = [...conf.loads].flatMap(([instance, { place }]) => {
      if (conf.isStore(instance)) return [];
      const start = conf.starts.get(instance);
      if (!start) {
        this.unsaid.say(place, `plugin ${renderValue(instance)} is not started: it is left out`, "nothing, or start it");
        return [];
      }
      const { interval, offset } = start.attributes;
      const [plugin, settings] = [conf.pluginOf(instance), conf.settingsOf(instance)];
      return [readPlugin({ place, plugin, instance, interval, offset, settings }, hosts, this.unsaid)];
    });
    const id = read.find(({ componentId }) => componentId !== undefined)?.componentId;
    if (id !== undefined && hosts > 1)
      this.unsaid.say(conf.file, `component_id ${id} would be the same on every host`, "`componentIds` of the stack file says each host's");
    return { plugins: read.map(({ entry }) => entry), ...(id !== undefined && hosts === 1 && { componentId: id }) };
  }

  private readAggregator(conf: ConfFile): SourceAggregator {
    const producers = this.targets.producersOf(conf);
    const pulls = [
      ...producers.map((producer): SourcePull => ({ daemon: this.targets.nameOf(producer), listener: 0 })),
      ...this.listAdvertised(conf),
    ];
    const aggregation = new ConfAggregation(
      conf,
      producers.map(({ name }) => name),
      this.unsaid,
    );
    const times = producers.map((producer) => producer.reconnect);
    const reconnect = oneReconnect("producers", times, conf.file, this.unsaid);
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
      ...(reconnect !== undefined && { reconnect }),
      updaters: aggregation.readUpdaters(),
      subscribe: aggregation.readSubscriptions(),
      stores: aggregation.readStores(),
    };
  }

  private listAdvertised(conf: ConfFile): SourcePull[] {
    if (conf.producerListeners.length === 0) return [];
    const regexes = conf.producerListeners.map(({ attributes }) => attributes["regex"]);
    tellWhoIsLetIn("prdcr_listen_add", regexes, conf.file, this.unsaid);
    const isOnly = this.confs.filter(({ producerListeners }) => producerListeners.length > 0).length === 1;
    const [own] = this.daemonsOf.get(conf)!;
    const isHere = ({ host = "", port = "" }: Readonly<Record<string, string>>) =>
      isOnly || (isPort(port) && host === own!.host && own!.listeners.some((one) => one.port === Number(port)));
    const advertising = this.confs.filter(({ advertisers }) => advertisers.some(({ attributes }) => isHere(attributes)));
    return advertising.flatMap((one) => this.daemonsOf.get(one)!.map(({ name }) => ({ daemon: name, listener: 0 })));
  }
}
