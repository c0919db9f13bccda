import { randomBytes } from "node:crypto";
import { OVIS_SALT, OVIS_SECRET } from "../../plan/auth/ovis-secret";
import { NAMESPACE } from "../../plan/config/namespace";
import type { ConfigValue } from "../../stack/config-value";
import { getConfig, holdStackFile, readStackConfig, setConfig } from "../../stack/stack-config";
import type { SiteContext } from "./site-context";

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
    if (!value.isSecret || key.replace(NAMESPACE, "") !== OVIS_SECRET || location.passphrase === undefined)
      return setConfig(location, key, value);
    return holdStackFile(location, async (file) => file.setSecrets({ [key]: value.value, ...(await this.saltOf()) }));
  }

  /** The salt of a word's fingerprint is made once, with the first word. @see OVIS_SALT */
  private async saltOf(): Promise<Readonly<Record<string, string>>> {
    const config = await readStackConfig(this.site.location);
    return `${NAMESPACE}${OVIS_SALT}` in config ? {} : { [OVIS_SALT]: randomBytes(32).toString("base64") };
  }
}
