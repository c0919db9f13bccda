import { makeMungeKey } from "../../operations/munge/make-munge-key";
import { checkMungePlaces, findTolerableDead, isAgreed, type MungeReport } from "../../operations/munge/munge-places";
import { NAMESPACE } from "../../plan/config/namespace";
import { MUNGE_KEY_SECRET } from "../../plan/munge/munge";
import { BadInputError } from "../../plan/problems/errors";
import { holdStackFile, readStackConfig } from "../../stack/stack-config";
import { readSitePlan } from "../site-plan";
import { type RotatedKey, type RotateOptions, rotateKey } from "./rotate-munge-key";
import type { SiteContext } from "./site-context";

/** Do all munged of the stack speak with each other? */
export interface MungeCheck extends MungeReport {
  /** Every munged that answers has the same key. */
  readonly isAgreed: boolean;
  /** Dead hosts within `ldms:tolerate`; undefined where there are more, or one that is not a sampler alone. */
  readonly tolerableDead?: readonly string[];
}

/** `ldms munge-key`: the key of `munge: { mode: key }`, by which the daemons trust each other. */
export class SiteMungeKey {
  constructor(private readonly site: SiteContext) {}

  /**
   * Makes a random key and encrypts it into the stack file.
   * @param bytes 32 to 1024
   * @param isReplacing in place of the one that is there, of a stack that is not deployed
   * @throws BadInputError where there is one
   */
  async generate({ bytes, isReplacing = false }: { bytes?: number; isReplacing?: boolean } = {}): Promise<void> {
    const { location } = this.site;
    await holdStackFile(location, async (file) => {
      const isSet = Object.keys(await readStackConfig(location)).includes(`${NAMESPACE}${MUNGE_KEY_SECRET}`);
      if (isSet && !isReplacing) {
        const help = `ldms munge-key rotate -s ${location.stack}; or --replace, where nothing is deployed`;
        throw BadInputError.of(MUNGE_KEY_SECRET, "is set already", help);
      }
      await file.setSecrets({ [MUNGE_KEY_SECRET]: makeMungeKey(bytes) });
    });
  }

  /** Reads, and changes nothing. */
  async check({ signal }: { readonly signal?: AbortSignal } = {}): Promise<MungeCheck> {
    const { located } = await readSitePlan(this.site.location);
    const report = await checkMungePlaces(located, signal);
    const dead = findTolerableDead(report, located);
    return { ...report, isAgreed: isAgreed(report), ...(dead && { tolerableDead: dead }) };
  }

  /** A new key for every munged of the stack, or the old one again where a host does not take it. @throws OperationError where nothing was changed */
  rotate(options: RotateOptions = {}): Promise<RotatedKey> {
    return rotateKey(this.site, options);
  }
}
