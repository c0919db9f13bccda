import { renderValue } from "../config/wording";
import { type LdmsCfg, listSettings } from "../maestro/ldms-cfg-form";
import { ownValue } from "../text/own-value";
import type { CfgEndpoints } from "./cfg-endpoints";
import { placeOf } from "./place-of";
import { readStore } from "./read-plugins";
import { readUpdaters } from "./read-source-updaters";
import type { SourceAggregator, SourcePull, SourceStore, Unsaid } from "./source-site";
import { durationOf } from "./source-values";
import { oneReconnect, tellWhoIsLetIn } from "./tell-pulls";

/** Who pulls and stores by an ldms_cfg.yaml. */
export class CfgAggregators {
  constructor(
    private readonly file: string,
    private readonly cfg: LdmsCfg,
    private readonly endpoints: CfgEndpoints,
    private readonly unsaid: Unsaid,
  ) {}

  read(entry: LdmsCfg["aggregators"][number], place: string): SourceAggregator {
    const { daemons, peers, prdcr_listen, subscribe } = entry;
    const known = daemons.filter((name) => this.endpoints.has(name));
    if (known.length < daemons.length) this.unsaid.say(place, "`daemons` has not all of these names", "check its names");
    const pulls = [...peers.flatMap((peer) => this.readPeer(peer, place)), ...this.listAdvertised(known, prdcr_listen, place)];
    const times = [...peers, ...prdcr_listen].map((one) => (one.reconnect === undefined ? undefined : durationOf(one.reconnect)));
    const reconnect = oneReconnect("peers", times, place, this.unsaid);
    const isPassive = peers.length > 0 && peers.every(({ type }) => type === "passive");
    return {
      place,
      daemons: known,
      pulls: [...new Map(pulls.map((pull) => [pull.daemon, pull])).values()],
      ...(reconnect !== undefined && { reconnect }),
      ...(isPassive && { type: "passive" as const }),
      updaters: readUpdaters(
        [...peers, ...prdcr_listen].flatMap(({ updaters }) => updaters),
        place,
        this.unsaid,
      ),
      subscribe: subscribe.flatMap((one, i) => this.readSubscription(one, `${place}.subscribe[${i}]`)),
      stores: this.readStores(new Set(known)),
    };
  }

  private readPeer(peer: LdmsCfg["aggregators"][number]["peers"][number], place: string): SourcePull[] {
    const { daemons, endpoints } = peer;
    const named = daemons && new Set(daemons);
    const dialled = endpoints.flatMap((name): SourcePull[] => {
      const found = this.endpoints.findPull(name);
      return found && (named?.has(found.daemon) ?? true) ? [found] : [];
    });
    const wanted = daemons ?? dialled.map(({ daemon }) => daemon);
    const lost = wanted.filter((name) => !this.endpoints.has(name));
    if (lost.length > 0)
      this.unsaid.say(place, `pulls daemons that are not in \`daemons\`: ${renderValue(lost.join(","))}`, "check its names");
    const byName = new Map(dialled.map((one) => [one.daemon, one]));
    return wanted.filter((name) => this.endpoints.has(name)).map((daemon) => byName.get(daemon) ?? { daemon, listener: 0 });
  }

  private listAdvertised(
    daemons: readonly string[],
    listeners: LdmsCfg["aggregators"][number]["prdcr_listen"],
    place: string,
  ): SourcePull[] {
    if (listeners.length === 0) return [];
    const regexes = listeners.map(({ regex }) => regex);
    tellWhoIsLetIn("prdcr_listen", regexes, place, this.unsaid);
    const places = new Set(daemons.flatMap((name) => this.endpoints.of(name).map(({ host, port }) => `${host}:${port}`)));
    return this.cfg.samplers.flatMap(({ daemons: names, advertise }) => {
      if (!advertise?.hosts.some((host) => places.has(`${host}:${advertise.port}`))) return [];
      return names.filter((name) => this.endpoints.has(name)).map((daemon) => ({ daemon, listener: 0 }));
    });
  }

  private readSubscription(one: Readonly<Record<string, unknown>>, place: string): Readonly<Record<string, string>>[] {
    const { stream, message_tag, msg_tag, regex, ...others } = one;
    const message = message_tag ?? msg_tag;
    if (Object.keys(others).length > 0)
      this.unsaid.say(place, `${renderValue(Object.keys(others).join(","))} of a subscription`, "nothing: ldmsd's own");
    if (typeof stream !== "string" && typeof message !== "string") return [];
    const what = typeof stream === "string" ? { stream } : { message: String(message) };
    return [{ ...what, ...(typeof regex === "string" && regex !== ".*" && { regex }) }];
  }

  private readStores(daemons: ReadonlySet<string>): SourceStore[] {
    return Object.entries(this.cfg.stores).flatMap(([key, store], i) => {
      const place = placeOf(this.file, "stores", Array.isArray(this.cfg.stores) ? i : key);
      const own = store.daemons.filter((name) => daemons.has(name));
      if (own.length === 0) return [];
      if (own.length < daemons.size)
        this.unsaid.say(place, "is stored by some daemons of a group: here all of them store it", "a group of its own");
      const plugin = typeof store.plugin === "string" ? ownValue(this.cfg.plugins, store.plugin) : store.plugin;
      if (plugin?.name === undefined) {
        this.unsaid.say(place, `has no plugin that \`plugins\` knows: ${renderValue(store.plugin)}`, "add the store by hand");
        return [];
      }
      const { container, schema, regex, decomposition, flush } = store;
      const name = store.name ?? key;
      return [
        readStore(
          { place, name, plugin: plugin.name, container, schema, regex, decomposition, flush, settings: listSettings(plugin.config) },
          this.unsaid,
        ),
      ];
    });
  }
}
