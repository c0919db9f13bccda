import { randomBytes } from "node:crypto";
import { OVIS_SALT, OVIS_SECRET } from "../../plan/auth/ovis-secret";
import { isSecretName } from "../../plan/checks/secret-names";
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
    if (!value.isSecret || !isSalted(key.replace(NAMESPACE, "")) || location.passphrase === undefined)
      return setConfig(location, key, value);
    return holdStackFile(location, async (file) => file.setSecrets({ [key]: value.value, ...(await this.saltOf()) }));
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
