import { randomBytes } from "node:crypto";
import { OVIS_SALT, OVIS_SECRET } from "../../plan/auth/ovis-secret";
import { isSecretName } from "../../plan/checks/secret-names";
import { NAMESPACE } from "../../plan/config/namespace";
import type { ConfigValue } from "../../stack/config-value";
import { getConfig, holdStackFile, readStackConfig, setConfig } from "../../stack/stack-config";
import type { PlacedProblem } from "./placed-problem";
import type { SiteContext } from "./site-context";
import { checkStackFile, readStackFile, replaceStackFile, type StackText } from "./stack-text";

/** `ldms config`: the stack file's values. */
export class SiteConfig {
  constructor(private readonly site: SiteContext) {}

  /** Objects, numbers and booleans are JSON text. @throws EngineError for a key that is not set */
  get(key: string): Promise<ConfigValue> {
    return getConfig(this.site.location, key);
  }

  /** Comments and order of the file stay; a secret is encrypted. @throws BadInputError for a secret that would stand there in plain text */
  set(key: string, value: ConfigValue): Promise<void> {
    const { location } = this.site;
    if (!value.isSecret || !isSalted(key.replace(NAMESPACE, "")) || location.passphrase === undefined)
      return setConfig(location, key, value);
    return holdStackFile(location, async (file) => file.setSecrets({ [key]: value.value, ...(await this.saltOf()) }));
  }

  /** The whole file, for an editor: what is encrypted in it is a placeholder. */
  read(): Promise<StackText> {
    return readStackFile(this.site.location);
  }

  /** What is wrong with a text that may become the file, each problem with its line and column; contacts no host and writes nothing. */
  check(text: string): Promise<readonly PlacedProblem[]> {
    return checkStackFile(this.site.location, text);
  }

  /**
   * Writes a text that plans in the place of the file. @param changed with the mark of the text that it was made from
   * @throws ConfigError for one that does not plan, FileChangedError where somebody wrote the file meanwhile
   */
  replace(changed: StackText): Promise<StackText> {
    return replaceStackFile(this.site.location, changed);
  }

  /** The salt of fingerprints is made once, with the first secret that people choose. @see OVIS_SALT */
  private async saltOf(): Promise<Readonly<Record<string, string>>> {
    const config = await readStackConfig(this.site.location);
    return `${NAMESPACE}${OVIS_SALT}` in config ? {} : { [OVIS_SALT]: randomBytes(32).toString("base64") };
  }
}

/** Words and passwords of people's, and no key of another program's namespace. */
function isSalted(name: string): boolean {
  return name === OVIS_SECRET || !(isSecretName(name) || name.includes(":"));
}
