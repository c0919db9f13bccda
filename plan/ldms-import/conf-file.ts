import { renderValue } from "../config/wording";
import { type PlacedConfLine, readPlacedLines } from "../ldmsd/conf-line";
import { findPlugin } from "../plugins/plugins";
import { readHostRegex } from "../rules/advertised";
import type { SourceListener, SourceSettings, Unsaid } from "./source-site";
import { durationOf, isLogLevel, readAuth, readSetMemory, readXprt, Variables } from "./source-values";

/** Of whom it dials, or who is let in, by a configuration file. */
export interface ConfProducer extends SourceListener {
  readonly name: string;
  readonly place: string;
  readonly reconnect?: string;
}

type Attributes = PlacedConfLine["attributes"];
type Placed = { readonly place: string; readonly attributes: Attributes };

const NARROWING = ["updtr_match_add", "updtr_prdcr_add", "strgp_prdcr_add", "strgp_metric_add"];
/** Authentication of a daemon whose file says nothing of it: it stands in its command line. */
const UNKNOWN_AUTH = "none";

/** The configuration file of an ldmsd, command by command. @see ldmsd_controller(8) */
export class ConfFile {
  readonly loads = new Map<string, Placed>();
  readonly configs = new Map<string, Placed>();
  readonly starts = new Map<string, Placed>();
  readonly listens: { readonly xprt: string; readonly port: number; readonly host: string | undefined; readonly auth: string }[] = [];
  /** Its daemon's own authentication was asked for, and stands in a command line. */
  isSilentOfAuth = false;
  readonly added = new Map<string, Placed>();
  readonly updaters = new Map<string, Placed>();
  readonly policies = new Map<string, Placed>();
  /** What of an updater or a storage policy is narrowed down, and by which command. */
  readonly narrowings: { readonly verb: string; readonly attributes: Attributes }[] = [];
  readonly subscriptions: Placed[] = [];
  readonly advertisers: Placed[] = [];
  readonly producerListeners: Placed[] = [];
  readonly variables = new Variables();
  /** Where the words of its \`ovis\` are. */
  readonly ovisFiles = new Set<string>();
  private readonly auths = new Map<string, string>();
  /** `prdcr_start a` */
  private readonly started = new Set<string>();
  private readonly startedProducers: (RegExp | undefined)[] = [];
  private defaultAuth: string | undefined;
  private readonly said: { setMemory?: string; level?: string; streams?: true; messages?: true } = {};

  /** @param label what its daemon may be called */
  constructor(
    readonly file: string,
    readonly label: string,
    text: string,
    private readonly unsaid: Unsaid,
  ) {
    const lines = readPlacedLines(text);
    // ldmsd looks for them first, wherever they stand.
    for (const { verb, attributes } of lines)
      if (verb === "env") for (const [name, value] of Object.entries(attributes)) this.variables.set(name, value);
    const read = lines.map(({ attributes, ...line }) => ({
      ...line,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, this.variables.replace(value)])),
    }));
    for (const line of read) if (line.verb === "auth_add") this.addAuth(line);
    for (const line of read) this.take(line);
  }

  /** It pulls, or it stores. */
  get isAggregator(): boolean {
    return [this.added, this.updaters, this.policies].some((map) => map.size > 0) || this.producerListeners.length > 0;
  }

  get settings(): SourceSettings {
    const { level, ...said } = this.said;
    return { ...said, ...(level !== undefined && { options: ["-v", level] }) };
  }

  /** Plugin of the authentication of a name. */
  authOf(name: string | undefined): string {
    const isDefault = name === undefined || name === "DEFAULT";
    if (isDefault && this.defaultAuth === undefined) this.isSilentOfAuth = true;
    const plugin = isDefault ? (this.defaultAuth ?? UNKNOWN_AUTH) : (this.auths.get(name) ?? name);
    return readAuth(plugin, this.file, this.unsaid);
  }

  isStarted(kind: "prdcr" | "updtr" | "strgp", name: string): boolean {
    if (this.started.has(`${kind}_start ${name}`)) return true;
    // What is too rich to be tried starts all.
    return kind === "prdcr" && this.startedProducers.some((regex) => regex === undefined || regex.test(name));
  }

  isStore(instance: string): boolean {
    const load = this.loads.get(instance);
    const plugin = load?.attributes["plugin"] ?? instance;
    return findPlugin(plugin)?.kind === "store" || [...this.policies.values()].some(({ attributes }) => attributes["plugin"] === instance);
  }

  private take(line: PlacedConfLine): void {
    const { verb, attributes } = line;
    const place = this.placeOf(line);
    const named: Readonly<Record<string, Map<string, Placed>>> = {
      load: this.loads,
      config: this.configs,
      start: this.starts,
      prdcr_add: this.added,
      updtr_add: this.updaters,
      strgp_add: this.policies,
    };
    const listed: Readonly<Record<string, Placed[]>> = {
      prdcr_subscribe: this.subscriptions,
      advertiser_add: this.advertisers,
      prdcr_listen_add: this.producerListeners,
    };
    const map = Object.hasOwn(named, verb) ? named[verb] : undefined;
    const list = Object.hasOwn(listed, verb) ? listed[verb] : undefined;
    if (map) map.set(attributes["name"] ?? "", { place, attributes: { ...map.get(attributes["name"] ?? "")?.attributes, ...attributes } });
    else if (list) list.push({ place, attributes });
    else if (NARROWING.includes(verb)) this.narrowings.push({ verb, attributes });
    else if (verb === "prdcr_start_regex") this.startedProducers.push(readHostRegex(attributes["regex"] ?? ""));
    else if (/^(prdcr|updtr|strgp|advertiser|prdcr_listen)_start$/.test(verb)) this.started.add(`${verb} ${attributes["name"]}`);
    else if (verb === "listen") this.addListener(attributes, place);
    else if (!["env", "auth_add"].includes(verb)) this.takeSetting(verb, attributes, place);
  }

  private placeOf({ line }: Pick<PlacedConfLine, "line">): string {
    return `${this.file}: line ${line}`;
  }

  private addAuth(line: PlacedConfLine): void {
    const { name, plugin = name, conf } = line.attributes;
    if (plugin === "ovis" && conf !== undefined) this.ovisFiles.add(conf);
    if (name !== undefined && plugin !== undefined) this.auths.set(name, plugin);
  }

  private addListener({ port = "", xprt = "sock", host, auth }: Attributes, place: string): void {
    // A variable of its environment: who dials it says the port.
    if (!isPort(port)) return;
    this.listens.push({ port: Number(port), xprt: readXprt(xprt, place, this.unsaid), host, auth: this.authOf(auth) });
  }

  private takeSetting(verb: string, attributes: Attributes, place: string): void {
    if (verb === "stream_enable") this.said.streams = true;
    else if (verb === "msg_enable") this.said.messages = true;
    else if (verb === "option") this.takeOption(attributes, place);
    else if (verb === "set_memory") this.setMemory(attributes["size"] ?? "", place);
    else if (verb === "log_level" || verb === "loglevel") this.setLevel(attributes["level"] ?? "", place);
    else if (verb === "default_auth") this.defaultAuth = attributes["plugin"] ?? attributes["name"];
    else if (verb === "include") this.unsaid.say(place, `includes another file: ${renderValue(attributes["path"])}`, "give that file, too");
    else this.unsaid.say(place, `\`${verb.slice(0, 60)}\` has no key in a stack file`, "nothing, or `options` of the group");
  }

  private setMemory(size: string, place: string): void {
    const known = readSetMemory(size, place, this.unsaid);
    if (known !== undefined) this.said.setMemory = known;
  }

  private setLevel(level: string, place: string): void {
    if (isLogLevel(level)) this.said.level = level;
    else this.unsaid.say(place, `log level ${renderValue(level)}`, 'as in `options: ["-v", INFO]`');
  }

  /** `option -m 2GB --default_auth munge`: the words of ldmsd's command line. */
  private takeOption(attributes: Attributes, place: string): void {
    const words = Object.entries(attributes).flatMap(([name, value]) =>
      value === "" ? [name] : name.startsWith("--") ? [name, value] : [`${name}=${value}`],
    );
    for (let i = 0; i < words.length; i++) {
      const [option = "", value = ""] = [words[i], words[i + 1]];
      if (!option.startsWith("-")) continue;
      if (option === "-a" || option === "--default_auth") this.defaultAuth = value;
      else if (option === "-A" && value.startsWith("conf=")) this.ovisFiles.add(value.slice("conf=".length));
      else if (option === "-m" || option === "--set_memory") this.setMemory(value, place);
      else if (option === "-v" || option === "--log_level") this.setLevel(value, place);
      else this.unsaid.say(place, `the option ${renderValue(option)} has no key in a stack file`, "nothing, or `options` of the group");
    }
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
      const reconnect = this.reconnectOf(attributes);
      const at = { name, place, host, port: Number(port), xprt: readXprt(xprt, place, this.unsaid), auth: this.authOf(auth) };
      return [{ ...at, ...(reconnect !== undefined && { reconnect }) }];
    });
  }

  /** `interval=` is its older name. */
  reconnectOf({ reconnect, interval }: Attributes): string | undefined {
    const time = reconnect ?? interval;
    return time === undefined ? undefined : durationOf(time);
  }
}

export function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65_535;
}
