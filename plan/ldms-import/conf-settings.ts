import { renderValue } from "../config/wording";
import type { ConfLine } from "../ldmsd/conf-line";
import type { SourceSettings, Unsaid } from "./source-site";
import { isLogLevel, readAuth, readSetMemory } from "./source-values";

type Attributes = ConfLine["attributes"];

/** Authentication of a daemon whose file says nothing of it: it stands in its command line. */
const UNKNOWN_AUTH = "none";

/** What the configuration file of an ldmsd says of the daemon itself, with the words of its command line. */
export class ConfSettings {
  /** Its daemon's own authentication was asked for, and stands in a command line. */
  isSilentOfAuth = false;
  /** Where the words of its `ovis` are. */
  readonly ovisFiles = new Set<string>();
  private readonly auths = new Map<string, string>();
  private defaultAuth: string | undefined;
  private readonly said: { setMemory?: string; level?: string; streams?: true; messages?: true } = {};

  constructor(
    private readonly file: string,
    private readonly unsaid: Unsaid,
  ) {}

  get settings(): SourceSettings {
    const { level, ...said } = this.said;
    return { ...said, ...(level !== undefined && { options: ["-v", level] }) };
  }

  addAuth({ name, plugin = name, conf }: Attributes): void {
    if (plugin === "ovis" && conf !== undefined) this.ovisFiles.add(conf);
    if (name !== undefined && plugin !== undefined) this.auths.set(name, plugin);
  }

  /** Plugin of the authentication of a name. */
  authOf(name: string | undefined): string {
    const isDefault = name === undefined || name === "DEFAULT";
    if (isDefault && this.defaultAuth === undefined) this.isSilentOfAuth = true;
    const plugin = isDefault ? (this.defaultAuth ?? UNKNOWN_AUTH) : (this.auths.get(name) ?? name);
    return readAuth(plugin, this.file, this.unsaid);
  }

  take(verb: string, attributes: Attributes, place: string): void {
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
}
