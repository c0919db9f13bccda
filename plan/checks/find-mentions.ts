import { type ClusterConfig, ClusterConfigSchema } from "../config/config";
import { listEntries } from "../config/entries";
import { findTexts, type TextPlace } from "../config/find-texts";
import { GroupOrHosts, Host, Hostlist } from "../config/scalars";
import { expandHostlist, foldInOrder } from "../hostlist/hostlist";
import { isByPosition } from "../hosts/component-ids";

/** A place of the stack file that names some hosts. */
export interface Mention extends TextPlace {
  /** The same list without them; undefined where it names nobody else. */
  readonly without: string | undefined;
}

/** Where the stack file names any of these hosts, by their place among others, too: a list of addresses. */
export function findMentions(config: ClusterConfig, hosts: ReadonlySet<string>): Mention[] {
  const groups = new Set(listEntries(config).flatMap(({ entry }) => [entry.name, entry.container]));
  const lists = [
    ...findTexts(ClusterConfigSchema, config, [Hostlist, Host]).filter(({ path }) => !isAddress(path)),
    ...findTexts(ClusterConfigSchema, config, [GroupOrHosts]).filter(({ text }) => !groups.has(text)),
    ...Object.entries(config.componentIds).flatMap(([key, value]) =>
      isByPosition(key, value) ? [] : [{ path: "componentIds", text: key }],
    ),
  ];
  return [...lists.flatMap((place) => mention(place, expandHostlist(place.text), hosts)), ...mentionedAddresses(config, hosts)];
}

function isAddress(path: string): boolean {
  return /(^|\.)address$/.test(path);
}

/** @param names whose places the list's own items have */
function mention(place: TextPlace, names: readonly string[], hosts: ReadonlySet<string>): Mention[] {
  const items = expandHostlist(place.text);
  const kept = items.filter((_, index) => !hosts.has(names[index]!));
  if (kept.length === items.length) return [];
  return [{ ...place, without: kept.length > 0 ? foldInOrder(kept) : undefined }];
}

function mentionedAddresses({ hosts: all, ssh }: ClusterConfig, hosts: ReadonlySet<string>): Mention[] {
  const settings = [
    { path: "ssh", hosts: all, address: ssh.address },
    ...ssh.overrides.map((one, i) => ({ path: `ssh.overrides[${i}]`, ...one })),
  ];
  return settings.flatMap(({ path, hosts: names, address }) =>
    address === undefined ? [] : mention({ path: `${path}.address`, text: address }, expandHostlist(names), hosts),
  );
}
