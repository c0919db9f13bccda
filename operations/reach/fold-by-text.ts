import { foldHosts } from "../../plan/hostlist/fold";

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
  const hostsByText = new Map<string, string[]>();
  for (const { host, text } of lines) {
    const hosts = hostsByText.get(text);
    if (hosts) hosts.push(host);
    else hostsByText.set(text, [host]);
  }
  return [...hostsByText].map(([text, hosts]) => ({ hosts: foldHosts(hosts), text }));
}
