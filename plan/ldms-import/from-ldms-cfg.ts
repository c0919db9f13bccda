import { renderPath, renderValue } from "../config/wording";
import { type LdmsCfg, LdmsCfg as LdmsCfgForm, listEndpoints } from "../maestro/ldms-cfg-form";
import { pairDaemons } from "../maestro/pair-daemons";
import { ConfigError } from "../problems/errors";
import { parseYaml, YamlError } from "../yaml/yaml";
import { CfgAggregators } from "./cfg-aggregators";
import { CfgEndpoints } from "./cfg-endpoints";
import { CfgSamplers, type Sampled } from "./cfg-samplers";
import { placeOf } from "./place-of";
import { type SourceDaemon, type SourceSettings, type SourceSite, tellOvisFiles, type Unsaid } from "./source-site";
import { isLogLevel, readAuth, readSetMemory } from "./source-values";
import { tellUnknownKeys } from "./unknown-cfg-keys";

/** What maestro's ldms_cfg.yaml says, in any of its grammars. @throws ConfigError */
export function readLdmsCfg(file: string, text: string, unsaid: Unsaid): SourceSite {
  const cfg = parseForm(file, text);
  tellUnknownKeys(file, cfg, unsaid);
  const endpoints = new CfgEndpoints(cfg);
  const words = cfg.daemons.flatMap(listEndpoints).flatMap(({ auth, conf }) => (auth === "ovis" && conf !== undefined ? [conf] : []));
  tellOvisFiles(file, new Set(words), unsaid);
  const daemons = new CfgDaemons(endpoints, new CfgSamplers(file, cfg, endpoints, unsaid).read(), unsaid);
  const aggregators = new CfgAggregators(file, cfg, endpoints, unsaid);
  const pulling = new Set(cfg.aggregators.flatMap((entry) => entry.daemons));
  return {
    daemons: cfg.daemons.flatMap((entry, i) => daemons.read(entry, placeOf(file, "daemons", i), pulling)),
    aggregators: cfg.aggregators.map((entry, i) => aggregators.read(entry, placeOf(file, "aggregators", i))),
  };
}

function parseForm(file: string, text: string): LdmsCfg {
  let document: unknown;
  try {
    document = parseYaml(text, "python");
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    throw new ConfigError(file, error.problems);
  }
  const parsed = LdmsCfgForm.safeParse(document);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({
    path: path.length === 0 ? "the document" : renderPath(path),
    message,
  }));
  throw new ConfigError(file, problems.slice(0, 20));
}

class CfgDaemons {
  constructor(
    private readonly endpoints: CfgEndpoints,
    private readonly sampled: ReadonlyMap<string, Sampled>,
    private readonly unsaid: Unsaid,
  ) {}

  read(entry: LdmsCfg["daemons"][number], place: string, pulling: ReadonlySet<string>): SourceDaemon[] {
    const { names, hosts } = entry;
    const settings = this.readSettings(entry, place);
    const lost = names.filter((name) => !this.endpoints.has(name));
    if (lost.length > 0)
      this.unsaid.say(place, `has more names than maestro pairs with its hosts: ${renderValue(lost.join(","))}`, "give each a host");
    const paired = pairDaemons(names, hosts, ["0"]);
    return paired.flatMap(({ name, host }): SourceDaemon[] => {
      const own = this.endpoints.of(name);
      if (own.length === 0) return [];
      const { label, plugins = [], componentId, advertises } = this.sampled.get(name) ?? { label: undefined };
      const isSilent = plugins.length === 0 && !pulling.has(name);
      if (isSilent)
        this.unsaid.say(
          place,
          "the file says nothing of what these daemons sample: they are taken for ones that run already, `external: true`",
          "or leave `external` out, and name their `plugins`",
        );
      return [
        {
          name,
          host: own.length === 1 ? own[0]!.host : host,
          label: label ?? place,
          listeners: own.map(({ host: at, port, xprt, auth }) => ({ host: at, port, xprt, auth: readAuth(auth, place, this.unsaid) })),
          plugins,
          settings: isSilent ? { external: true } : { ...settings, ...(advertises && { discovery: "advertise" as const }) },
          ...(componentId !== undefined && { componentId }),
        },
      ];
    });
  }

  private readSettings(entry: LdmsCfg["daemons"][number], place: string): SourceSettings {
    const { environment = {}, set_memory, log_level, stream_enable, msg_enable } = entry;
    const { LDMSD_MEM_SZ, COMPID: _id, COMPONENT_ID: _componentId, HOSTNAME: _host, ...rest } = environment;
    const memory = set_memory ?? LDMSD_MEM_SZ;
    const setMemory = memory === undefined ? undefined : readSetMemory(memory, place, this.unsaid);
    const env = Object.fromEntries(Object.entries(rest).filter(([name]) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)));
    return {
      ...(setMemory !== undefined && { setMemory }),
      ...(log_level !== undefined && isLogLevel(log_level) && { options: ["-v", log_level] }),
      ...(stream_enable && { streams: true as const }),
      ...(msg_enable && { messages: true as const }),
      ...(Object.keys(env).length > 0 && { env }),
    };
  }
}
