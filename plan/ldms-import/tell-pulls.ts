import { renderValue } from "../config/wording";
import type { Unsaid } from "./source-site";

/** An aggregator of a stack file has one time for all that it dials. @param whose `peers` */
export function oneReconnect(
  whose: string,
  [first, ...others]: readonly (string | undefined)[],
  place: string,
  unsaid: Unsaid,
): string | undefined {
  if (others.some((one) => one !== first))
    unsaid.say(place, `${whose} have several times of \`reconnect\`: here it is \`${first}\``, "one for all");
  return first;
}

/** An aggregator of a stack file takes whoever dials in. @param command that names them by a regex */
export function tellWhoIsLetIn(command: string, regexes: readonly (string | undefined)[], place: string, unsaid: Unsaid): void {
  const regex = regexes.find((one) => one !== undefined && one !== ".*");
  if (regex !== undefined)
    unsaid.say(
      place,
      `\`${command}\` lets in by ${renderValue(regex)}: the plan accepts every daemon that authenticates`,
      "nothing, or `auth`",
    );
}
