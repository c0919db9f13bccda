import { type Delivery, deliveryName } from "../../plan/fan-out/deliveries";
import { renderTokens } from "../../plan/images/send-image";
import { askHost } from "../reach/ask-hosts";
import { mapBounded } from "../reach/bounded";
import { runOnHost } from "../reach/run-on-host";

/** For one machine to say which images it has, beyond connecting. */
const TOKENS_SECONDS = 30;

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

/** A text that has new tokens in it, as every other preview of the same has it. */
export function withoutTokenTimes(text: string): string {
  return text.replaceAll(/\bsent-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "sent");
}

async function tokensOf(stack: string, delivery: Delivery, now: string): Promise<[string, string][]> {
  const { target, images, keeps } = delivery;
  const named = (tokenOf: (image: string) => string) =>
    images.map((image): [string, string] => [deliveryName(delivery, image), tokenOf(image.name)]);
  const command = { script: renderTokens(stack, images, keeps) };
  const parse = (stdout: string) => new Map(stdout.split("\n").map((line) => line.split(" ") as [string, string]));
  const answer = await askHost(target, { step: "look for images", seconds: TOKENS_SECONDS, command, parse }, { run: runOnHost });
  if (!("value" in answer)) return named(() => "unknown");
  const there = answer.value;
  return named((image) => (/^[A-Za-z0-9:-]{2,}$/.test(there.get(image) ?? "") ? there.get(image)! : `sent-${now}`));
}
