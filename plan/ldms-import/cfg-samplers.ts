import { renderValue } from "../config/wording";
import { type LdmsCfg, listSettings } from "../maestro/ldms-cfg-form";
import { ownValue } from "../text/own-value";
import type { CfgEndpoints } from "./cfg-endpoints";
import { placeOf } from "./place-of";
import { readPlugin } from "./read-plugins";
import type { SourcePlugin, Unsaid } from "./source-site";
import { Variables } from "./source-values";

type Loads = LdmsCfg["samplers"][number]["plugins"];

/** What a daemon samples. */
export interface Sampled {
  readonly label: string;
  readonly plugins: readonly SourcePlugin[];
  readonly advertises: boolean;
  readonly componentId?: number;
}

/** What the daemons of an ldms_cfg.yaml sample. */
export class CfgSamplers {
  private readonly found = new Map<string, Sampled>();

  constructor(
    private readonly file: string,
    private readonly cfg: LdmsCfg,
    private readonly endpoints: CfgEndpoints,
    private readonly unsaid: Unsaid,
  ) {}

  /** By the name of the daemon; what aggregators sample stands in `samplers`, too. */
  read(): ReadonlyMap<string, Sampled> {
    for (const [i, { daemons, plugins, advertise }] of this.cfg.samplers.entries())
      this.add(daemons, plugins, placeOf(this.file, "samplers", i), advertise !== undefined);
    for (const [i, { daemons, plugins }] of this.cfg.aggregators.entries())
      if (plugins.length > 0) this.add(daemons, plugins, placeOf(this.file, "aggregators", i), false);
    return this.found;
  }

  private add(daemons: readonly string[], loads: Loads, place: string, advertises: boolean): void {
    const read = loads.flatMap((load, i) => this.readLoad(load, `${place}.plugins[${i}]`, daemons));
    const plugins = read.map(({ entry }) => entry);
    const id = read.find(({ componentId }) => componentId !== undefined)?.componentId;
    for (const daemon of daemons) {
      if (!this.endpoints.has(daemon)) {
        this.unsaid.say(place, `\`daemons\` has none of the name ${renderValue(daemon)}`, "check its names");
        continue;
      }
      const before = this.found.get(daemon);
      if (before) {
        const all = [...before.plugins, ...plugins.filter(({ name }) => !before.plugins.some((one) => one.name === name))];
        this.found.set(daemon, { ...before, label: `${before.label} ${place}`, plugins: all, advertises: before.advertises || advertises });
      } else {
        const isOne = daemons.length === 1 && id !== undefined;
        this.found.set(daemon, { label: place, plugins, advertises, ...(isOne && { componentId: id }) });
      }
    }
  }

  private readLoad(load: Loads[number], place: string, daemons: readonly string[]) {
    const named = typeof load === "string" ? ownValue(this.cfg.plugins, load) : load;
    if (named === undefined) {
      this.unsaid.say(place, `\`plugins\` has none of the name ${renderValue(load)}`, "check its name");
      return [];
    }
    const { name: plugin, interval, offset, config } = named;
    const instance = typeof load === "string" ? load : plugin;
    const settings = listSettings(config);
    const variables = this.variablesOf(daemons[0]!);
    const replaced = settings.map(([key, value]) => [key, typeof value === "string" ? variables.replace(value) : value] as const);
    const isNamed = settings.some(([key]) => key === "producer" || key === "instance");
    if (!isNamed && daemons.some((daemon) => this.endpoints.of(daemon)[0]?.host !== daemon))
      this.unsaid.say(
        place,
        "maestro names sets after their daemon, `DAEMON/INSTANCE`; the plan after its host, `HOST/INSTANCE`",
        "nothing, if rows may have the host's name",
      );
    const time = (value: string | number | undefined) => (typeof value === "string" ? variables.replace(value) : value);
    const args = { place, plugin, instance, interval: time(interval), offset: time(offset), settings: replaced };
    const read = readPlugin(args, daemons.length, this.unsaid);
    if (read.componentId !== undefined && daemons.length > 1)
      this.unsaid.say(place, `component_id ${read.componentId} would be the same on every host`, "`componentIds` says each host's");
    return [read];
  }

  private variablesOf(daemon: string): Variables {
    const variables = new Variables();
    const entry = this.cfg.daemons.find(({ names }) => names.some((name) => name === daemon));
    for (const [name, value] of Object.entries(entry?.environment ?? {})) variables.set(name, value);
    return variables;
  }
}
