import * as pulumi from "@pulumi/pulumi";
import { DEPLOYED_TYPE, type Deployed } from "../plan/deployed/deployed";

/**
 * What hosts have got, in words. It contacts nobody: its inputs are what a preview shows of a change, by every engine. Where the engine can keep old words, it
 * depends on all that brings it there, so that the state never says of a host what did not come to pass. `pulumi` (3.260) writes a state that it
 * refuses to read where what a skipped resource depends on is deleted in the same run; so there it depends on nothing.
 */
export class DeployedWords extends pulumi.ComponentResource {
  constructor(name: string, deployed: Deployed, opts: pulumi.ComponentResourceOptions) {
    super(DEPLOYED_TYPE, name, { ...deployed }, opts);
  }
}
