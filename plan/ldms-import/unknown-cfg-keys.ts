import type { LdmsCfg } from "../maestro/ldms-cfg-form";
import { readMap, readMaps } from "../text/read-value";
import type { Unsaid } from "./source-site";

/** Keys of ldms_cfg.yaml that come into the stack file, or that a stack file needs no word for. */
const KNOWN = {
  daemons: ["names", "hosts", "endpoints", "environment", "set_memory", "log_level", "stream_enable", "msg_enable"],
  endpoints: ["names", "hosts", "ports", "xprt", "auth", "maestro_comm", "bind_all"],
  aggregators: ["daemons", "peers", "prdcr_listen", "subscribe", "plugins"],
  peers: ["daemons", "endpoints", "reconnect", "type", "updaters"],
  prdcr_listen: ["name", "regex", "reconnect", "updaters"],
  samplers: ["daemons", "plugins", "advertise"],
  advertise: ["names", "hosts", "xprt", "port", "reconnect", "auth"],
  plugins: ["name", "interval", "offset", "config"],
  stores: ["name", "daemons", "container", "schema", "regex", "decomposition", "flush", "plugin"],
} as const;

type Kind = keyof typeof KNOWN;

/** What a site has said that no key of a stack file says. */
export function tellUnknownKeys(file: string, cfg: LdmsCfg, unsaid: Unsaid): void {
  const tell = (kind: Kind, path: string, item: Readonly<Record<string, unknown>>) => {
    for (const key of Object.keys(item)) {
      if (!(KNOWN[kind] as readonly string[]).includes(key))
        unsaid.say(`${file}: ${path}`, `\`${key}\` of ${kind} has no key in a stack file`, "nothing, or `options` of the group");
    }
  };
  const each = (kind: Kind, path: string, items: unknown) => {
    for (const [i, item] of readMaps(items).entries()) tell(kind, `${path}[${i}]`, item);
  };
  for (const [i, entry] of cfg.daemons.entries()) {
    tell("daemons", `daemons[${i}]`, entry);
    each("endpoints", `daemons[${i}].endpoints`, entry.endpoints);
    if (entry.endpoints.some((endpoint) => /^false$/i.test(String(endpoint["bind_all"]))))
      unsaid.say(
        `${file}: daemons[${i}]`,
        "`bind_all: False`: a stack's daemon listens on all addresses of its host",
        "limit it by a firewall on the host",
      );
  }
  for (const [i, entry] of cfg.aggregators.entries()) {
    tell("aggregators", `aggregators[${i}]`, entry);
    each("peers", `aggregators[${i}].peers`, entry.peers);
    each("prdcr_listen", `aggregators[${i}].prdcr_listen`, entry.prdcr_listen);
  }
  for (const [i, entry] of cfg.samplers.entries()) {
    tell("samplers", `samplers[${i}]`, entry);
    tell("advertise", `samplers[${i}].advertise`, readMap(entry.advertise));
  }
  for (const [key, entry] of Object.entries(cfg.plugins)) tell("plugins", `plugins.${key}`, entry);
  for (const [key, entry] of Object.entries(cfg.stores)) tell("stores", `stores.${key}`, entry);
}
