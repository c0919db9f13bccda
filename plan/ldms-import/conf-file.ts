import { MOST_PORT } from "../config/scalars";
import { renderValue } from "../config/wording";
import { type PlacedConfLine, readPlacedLines } from "../ldmsd/conf-line";
import { findPlugin } from "../plugins/plugins";
import { readHostRegex } from "../rules/advertised";
import { ownValue } from "../text/own-value";
import { ConfSettings } from "./conf-settings";
import type { SourceListener, Unsaid } from "./source-site";
import { durationOf, readXprt, Variables } from "./source-values";

/** Of whom it dials, or who is let in, by a configuration file. */
export interface ConfProducer extends SourceListener {
  readonly name: string;
  readonly place: string;
  readonly reconnect?: string;
}

type Attributes = PlacedConfLine["attributes"];
type Placed = { readonly place: string; readonly attributes: Attributes };

const NARROWING = ["updtr_match_add", "updtr_prdcr_add", "strgp_prdcr_add", "strgp_metric_add"];

/** The configuration file of an ldmsd, command by command. @see ldmsd_controller(8) */
export class ConfFile {
  readonly loads = new Map<string, Placed>();
  readonly configs = new Map<string, Placed>();
  readonly starts = new Map<string, Placed>();
  readonly listens: { readonly xprt: string; readonly port: number; readonly host: string | undefined; readonly auth: string }[] = [];
  readonly added = new Map<string, Placed>();
  readonly updaters = new Map<string, Placed>();
  readonly policies = new Map<string, Placed>();
  /** What of an updater or a storage policy is narrowed down, and by which command. */
  readonly narrowings: { readonly verb: string; readonly attributes: Attributes }[] = [];
  readonly subscriptions: Placed[] = [];
  readonly advertisers: Placed[] = [];
  readonly producerListeners: Placed[] = [];
  /** Of the daemon itself. */
  readonly own: ConfSettings;
  private readonly variables = new Variables();
  /** `prdcr_start a` */
  private readonly started = new Set<string>();
  private readonly startedProducers: (RegExp | undefined)[] = [];
  private readonly named: Readonly<Record<string, Map<string, Placed>>> = {
    load: this.loads,
    config: this.configs,
    start: this.starts,
    prdcr_add: this.added,
    updtr_add: this.updaters,
    strgp_add: this.policies,
  };
  private readonly listed: Readonly<Record<string, Placed[]>> = {
    prdcr_subscribe: this.subscriptions,
    advertiser_add: this.advertisers,
    prdcr_listen_add: this.producerListeners,
  };

  /** @param label what its daemon may be called */
  constructor(
    readonly file: string,
    readonly label: string,
    text: string,
    private readonly unsaid: Unsaid,
  ) {
    this.own = new ConfSettings(file, unsaid);
    const lines = readPlacedLines(text);
    // ldmsd looks for them first, wherever they stand.
    for (const { verb, attributes } of lines)
      if (verb === "env") for (const [name, value] of Object.entries(attributes)) this.variables.set(name, value);
    const read = lines.map(({ attributes, ...line }) => ({
      ...line,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, this.variables.replace(value)])),
    }));
    for (const line of read) if (line.verb === "auth_add") this.own.addAuth(line.attributes);
    for (const line of read) this.take(line);
  }

  /** It pulls, or it stores. */
  get isAggregator(): boolean {
    return [this.added, this.updaters, this.policies].some((map) => map.size > 0) || this.producerListeners.length > 0;
  }

  isStarted(kind: "prdcr" | "updtr" | "strgp", name: string): boolean {
    if (this.started.has(`${kind}_start ${name}`)) return true;
    // What is too rich to be tried starts all.
    return kind === "prdcr" && this.startedProducers.some((regex) => regex === undefined || regex.test(name));
  }

  pluginOf(instance: string): string {
    return this.loads.get(instance)?.attributes["plugin"] ?? instance;
  }

  /** What its `config` says. */
  settingsOf(instance: string): [name: string, value: string][] {
    return Object.entries(this.configs.get(instance)?.attributes ?? {}).filter(([name]) => name !== "name");
  }

  isStore(instance: string): boolean {
    return (
      findPlugin(this.pluginOf(instance))?.kind === "store" ||
      [...this.policies.values()].some(({ attributes }) => attributes["plugin"] === instance)
    );
  }

  private take(line: PlacedConfLine): void {
    const { verb, attributes } = line;
    const place = this.placeOf(line);
    const { name = "" } = attributes;
    const map = ownValue(this.named, verb);
    const list = ownValue(this.listed, verb);
    if (map) map.set(name, { place, attributes: { ...map.get(name)?.attributes, ...attributes } });
    else if (list) list.push({ place, attributes });
    else if (NARROWING.includes(verb)) this.narrowings.push({ verb, attributes });
    else if (verb === "prdcr_start_regex") this.startedProducers.push(readHostRegex(attributes["regex"] ?? ""));
    else if (/^(prdcr|updtr|strgp|advertiser|prdcr_listen)_start$/.test(verb)) this.started.add(`${verb} ${attributes["name"]}`);
    else if (verb === "listen") this.addListener(attributes, place);
    else if (!["env", "auth_add"].includes(verb)) this.own.take(verb, attributes, place);
  }

  private placeOf({ line }: Pick<PlacedConfLine, "line">): string {
    return `${this.file}: line ${line}`;
  }

  private addListener({ port = "", xprt = "sock", host, auth }: Attributes, place: string): void {
    // A variable of its environment: who dials it says the port.
    if (!isPort(port)) return;
    this.listens.push({ port: Number(port), xprt: readXprt(xprt, place, this.unsaid), host, auth: this.own.authOf(auth) });
  }

  /** Whom it dials: what is started, each at a place that is known. */
  listProducers(): ConfProducer[] {
    return [...this.added].flatMap(([name, { place, attributes }]) => {
      const { host = "", port = "", xprt = "sock", auth } = attributes;
      if (!this.isStarted("prdcr", name)) {
        this.unsaid.say(place, `producer ${renderValue(name)} is not started: it is left out`, "nothing, or start it");
        return [];
      }
      if (!isPort(port) || !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(host)) {
        this.unsaid.say(
          place,
          `producer ${renderValue(name)} is at no known place: ${renderValue(`${host}:${port}`)}`,
          "write it into the file",
        );
        return [];
      }
      // `interval=` is its older name.
      const time = attributes["reconnect"] ?? attributes["interval"];
      const reconnect = time === undefined ? undefined : durationOf(time);
      const at = { name, place, host, port: Number(port), xprt: readXprt(xprt, place, this.unsaid), auth: this.own.authOf(auth) };
      return [{ ...at, ...(reconnect !== undefined && { reconnect }) }];
    });
  }
}

export function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= MOST_PORT;
}
