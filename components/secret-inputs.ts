import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedFile } from "../plan/model/file";
import type { SshConnection } from "../plan/model/host";

/** What components need and the plan must not hold: values of secrets, keys, and paths that differ from run to run. */
export interface SecretInputs {
  /** What a delivery script reads; secret as a whole, for a key may be among the files. */
  deliveryInput(files: readonly PlannedFile[]): pulumi.Input<string>;
  commandConnection(connection: SshConnection): command.types.input.remote.ConnectionArgs;
}
