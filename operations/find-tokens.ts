import { type Delivery, deliveryName } from "../plan/images/deliveries";
import { renderTokens } from "../plan/images/send-image";
import { mapBounded } from "./bounded";
import { runOnHost, stepLimits } from "./hosts";
import { RemoteCommandError } from "./remote-error";

/** For one machine to say which images it has, beyond connecting. */
const LOOK_SECONDS = 30;

/** By the delivery's name. */
export type Tokens = Readonly<Record<string, string>>;

/**
 * What each image that is sent is known by where it has gone to. One that is there keeps what its delivery left; one that is not gets a new token, so that
 * it is sent (again), and the preview shows it. What cannot be looked at is told apart from both.
 *
 * @param now goes into new tokens: `2026-05-04T12:00:00Z`
 */
export async function findTokens(stack: string, deliveries: readonly Delivery[], now: string): Promise<Tokens> {
  const found = await mapBounded(deliveries, (delivery) => tokensOf(stack, delivery, now));
  return Object.fromEntries(found.flat());
}

async function tokensOf(stack: string, delivery: Delivery, now: string): Promise<[string, string][]> {
  const { target, images, keeps } = delivery;
  const named = (tokenOf: (image: string) => string) =>
    images.map((image): [string, string] => [deliveryName(delivery, image), tokenOf(image.name)]);
  try {
    const script = renderTokens(stack, images, keeps);
    const { stdout } = await runOnHost(target, { script }, stepLimits(target, "look for images", LOOK_SECONDS));
    const there = new Map(stdout.split("\n").map((line) => line.split(" ") as [string, string]));
    return named((image) => (/^[A-Za-z0-9:-]{2,}$/.test(there.get(image) ?? "") ? there.get(image)! : `sent-${now}`));
  } catch (error) {
    if (!(error instanceof RemoteCommandError)) throw error;
    return named(() => "unknown");
  }
}
