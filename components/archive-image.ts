import { local } from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { type Delivery, deliveryName, renderDelivery, renderWithdrawal } from "../plan/fan-out/deliveries";
import type { ArchivedImage } from "../plan/images/send-image";

/** For one image on its way to one machine, seconds: 1 GiB at 1 MiB a second is 17 min. */
const SEND_SECONDS = 3600;
const FORGET_SECONDS = 60;

export interface ArchiveImageArgs {
  readonly stack: string;
  readonly delivery: Delivery;
  readonly image: ArchivedImage;
  /** Of what the machine has had before, or of now: see `findTokens`. */
  readonly token: string;
}

/** One image from a file of this machine on another, sent over ssh by a command of this one. */
export function sendArchive(args: ArchiveImageArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const { stack, delivery, image, token } = args;
  const limit = `${SEND_SECONDS}s`;
  const scripts = {
    create: renderDelivery(stack, delivery, image, token, SEND_SECONDS),
    delete: renderWithdrawal(stack, delivery, image, FORGET_SECONDS),
  };
  return new local.Command(
    deliveryName(delivery, image),
    { ...scripts, interpreter: ["/bin/sh", "-c"], addPreviousOutputInEnv: false, logging: "stdout" },
    { ...opts, customTimeouts: { create: limit, update: limit } },
  );
}
