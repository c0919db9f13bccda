import type { SiteContext } from "./site-context";
import { type TrustOptions, trustHosts } from "./trust-hosts";
import type { TrustedKeys } from "./trusted-keys";

/** `ldms hosts`: the machines of the stack. */
export class SiteHosts {
  constructor(private readonly site: SiteContext) {}

  /**
   * Asks every host for its ssh key, and keeps the new ones in the stack's known_hosts: no other key is taken then.
   * @returns what each file came to, files with login nodes first
   * @throws BadInputError for hosts that are not the stack's; Error where a key has changed that nobody said may: nothing was written then
   */
  trust(options: TrustOptions = {}): Promise<readonly TrustedKeys[]> {
    return trustHosts(this.site.location, options);
  }
}
