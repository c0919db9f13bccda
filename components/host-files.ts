import { local, remote } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { renderDelivery, renderLeave } from "../plan/delivery/deliver-files";
import { SCRIPT_INPUTS } from "../plan/deployed/deployed";
import { scriptAsRoot } from "../plan/hosts/ssh";
import type { PlannedHost } from "../plan/model/host";
import type { SecretInputs } from "./secret-inputs";

/**
 * The files of one host as one resource. Their manifest is part of the script, so a changed mode, owner, path or content runs it again; `triggers`
 * would replace the resource, and the old one's removal would follow the new one's delivery.
 */
export function deliverHostFiles(
  name: string,
  stack: string,
  host: PlannedHost,
  secretInputs: SecretInputs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const script = scriptAsRoot(host.connection, renderDelivery(stack, host.files));
  const args = {
    create: script,
    update: script,
    delete: scriptAsRoot(host.connection, renderLeave(stack)),
    stdin: secretInputs.deliveryInput(host.files),
    addPreviousOutputInEnv: false,
    logging: "none" as const,
  };
  const all = { ...opts, hideDiffs: [...SCRIPT_INPUTS] };
  return host.connection.kind === "local"
    ? new local.Command(name, { ...args, interpreter: ["/bin/sh", "-c"] }, all)
    : new remote.Command(name, { ...args, connection: secretInputs.commandConnection(host.connection) }, all);
}
