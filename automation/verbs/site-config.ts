import type { ConfigValue } from "../../stack/config-value";
import { getConfig, setConfig } from "../../stack/stack-config";
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
    return setConfig(this.site.location, key, value);
  }
}
