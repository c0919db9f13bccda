import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";
import { shellQuote } from "../../plan/text/shell";

/** What is said of one host, free of its name. */
export interface HostLine {
  readonly host: string;
  readonly text: string;
}

/** One line a text, with the hosts that share it folded, in the order in which the texts come: `cygnus-[01-03]: samp is missing`. */
export function foldByText(lines: readonly HostLine[]): string[] {
  return groupByText(lines).map(({ hosts, text }) => `${hosts}: ${text}`);
}

/** The texts with the hosts that share each, folded, in the order in which the texts come. */
export function groupByText(lines: readonly HostLine[]): { readonly hosts: string; readonly text: string }[] {
  return [...groupBy(lines, textOfAny)].map(([text, alike]) => {
    const hosts = alike.map(({ host }) => host);
    return { hosts: foldHosts(hosts), text: textOf(text, hosts) };
  });
}

const REPLACE = "--replace ";
const ANY = "\0";

/** The text as all hosts have it that share it, for what is to be typed may have a host's name. @see withRemedy */
export function textOfAny({ host, text }: HostLine): string {
  return text.replace(`${REPLACE}${host}\``, `${REPLACE}${ANY}\``);
}

/** @param text that `textOfAny` gave */
export function textOf(text: string, hosts: readonly string[]): string {
  return text.replace(`${REPLACE}${ANY}`, () => `${REPLACE}${shellQuote(foldHosts([...hosts]))}`);
}
