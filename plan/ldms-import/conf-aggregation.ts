import { renderValue } from "../config/wording";
import { foldHosts } from "../hostlist/hostlist";
import { readHostRegex } from "../rules/advertised";
import { findStoreKind } from "../stores/kinds";
import type { ConfFile } from "./conf-file";
import { readStore } from "./read-plugins";
import { readUpdaters } from "./read-source-updaters";
import type { SourceStore, SourceUpdater, Unsaid } from "./source-site";

/** What an aggregator's own file has it do with what it pulls. */
export class ConfAggregation {
  /** @param producers their names */
  constructor(
    private readonly conf: ConfFile,
    private readonly producers: readonly string[],
    private readonly unsaid: Unsaid,
  ) {}

  readSubscriptions(): Readonly<Record<string, string>>[] {
    return this.conf.subscriptions.flatMap(({ place, attributes }) => this.readSubscription(place, attributes));
  }

  readUpdaters(): SourceUpdater[] {
    const updaters = [...this.conf.updaters].flatMap(([name, { place, attributes }]) => {
      if (!this.conf.isStarted("updtr", name)) {
        this.unsaid.say(place, `updater ${renderValue(name)} is not started: it is left out`, "nothing, or start it");
        return [];
      }
      this.tellShare("updtr_prdcr_add", name);
      const { interval, offset, push, auto_interval } = attributes;
      const sets = this.narrowingsOf("updtr_match_add", name).map(({ regex = ".*", match = "inst" }) => ({ regex, field: match }));
      return [{ interval, offset, mode: modeOf(push, auto_interval), sets }];
    });
    return readUpdaters(updaters, this.conf.file, this.unsaid);
  }

  /** An aggregator of a stack file updates, and stores, from all that it pulls. */
  private tellShare(verb: string, name: string): void {
    const own = this.narrowingsOf(verb, name);
    const regexes = own.map(({ regex = ".*" }) => readHostRegex(regex));
    const left =
      own.length === 0 ? [] : this.producers.filter((producer) => !regexes.some((regex) => regex === undefined || regex.test(producer)));
    if (left.length > 0)
      this.unsaid.say(
        this.conf.file,
        `${renderValue(name)} is not for all producers: here it is for \`${foldHosts(left.slice(0, 1000))}\`, too`,
        "aggregators of their own",
      );
  }

  private narrowingsOf(verb: string, name: string): Readonly<Record<string, string>>[] {
    return this.conf.narrowings.filter((one) => one.verb === verb && one.attributes["name"] === name).map(({ attributes }) => attributes);
  }

  private readSubscription(place: string, attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>>[] {
    const { stream, message_tag, message_channel, regex } = attributes;
    const message = message_tag ?? message_channel;
    if (stream === undefined && message === undefined) {
      this.unsaid.say(place, "a subscription without a stream or a message", "`subscribe` of the aggregator");
      return [];
    }
    return [{ ...(stream === undefined ? { message: message! } : { stream }), ...(regex !== undefined && regex !== ".*" && { regex }) }];
  }

  readStores(): SourceStore[] {
    const ofPolicies = [...this.conf.policies].flatMap(([name, { place, attributes }]): SourceStore[] => {
      const { plugin: instance = "", container, schema, regex, decomposition, flush } = attributes;
      if (!this.conf.isStarted("strgp", name)) {
        this.unsaid.say(place, `storage policy ${renderValue(name)} is not started: it is left out`, "nothing, or start it");
        return [];
      }
      this.tellShare("strgp_prdcr_add", name);
      if (this.narrowingsOf("strgp_metric_add", name).length > 0)
        this.unsaid.say(place, `${renderValue(name)} stores some metrics of its sets: here it stores all`, "a `decomposition`");
      const [plugin, settings] = [this.conf.pluginOf(instance), this.conf.settingsOf(instance)];
      return [readStore({ place, name, plugin, container, schema, regex, decomposition, flush, settings }, this.unsaid)];
    });
    // They need no policy.
    const ofStreams = [...this.conf.loads].flatMap(([instance, { place }]): SourceStore[] => {
      const plugin = this.conf.pluginOf(instance);
      if (!findStoreKind(plugin)?.isFedByStreams) return [];
      return [readStore({ place, name: instance, plugin, settings: this.conf.settingsOf(instance) }, this.unsaid)];
    });
    return [...ofPolicies, ...ofStreams];
  }
}

function modeOf(push: string | undefined, auto: string | undefined): string {
  if (push === "onchange") return push;
  if (push !== undefined && push !== "false") return "push";
  return /^true$/i.test(auto ?? "") ? "auto" : "pull";
}
