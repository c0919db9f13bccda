import { foldHosts } from "../../plan/hostlist/fold";
import { groupBy } from "../../plan/text/group-by";

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
  return [...groupBy(lines, ({ text }) => text)].map(([text, alike]) => ({ hosts: foldHosts(alike.map(({ host }) => host)), text }));
}
