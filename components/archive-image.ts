import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { type Delivery, deliveryName, renderDelivery } from "../plan/deliveries";
import type { ArchivedImage } from "../plan/send-image";

/** For one image on its way to one machine, seconds: 1 GiB at 1 MiB a second is 17 min. */
const SEND_SECONDS = 3600;

export interface ArchiveImageArgs {
  readonly stack: string;
  readonly delivery: Delivery;
  readonly image: ArchivedImage;
  /** Of what the machine has had before, or of now: see `findTokens`. */
  readonly token: string;
}

/** One image from a file of this machine on another, sent over ssh by a command of this one. */
export function sendArchive(args: ArchiveImageArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const script = renderDelivery(args.stack, args.delivery, args.image, args.token, SEND_SECONDS);
  const limit = `${SEND_SECONDS}s`;
  return new local.Command(
    deliveryName(args.delivery, args.image),
    { create: script, interpreter: ["/bin/sh", "-c"], addPreviousOutputInEnv: false, logging: "stdout" },
    { ...opts, customTimeouts: { create: limit, update: limit } },
  );
}
