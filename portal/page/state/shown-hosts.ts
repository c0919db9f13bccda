import { computed } from "@preact/signals";
import { expandHostlist } from "../../../plan/hostlist/hostlist";
import { chooseHosts, type HostChoice } from "./host-columns";
import { route } from "./page-route";
import { hosts, hostsVersion, stack } from "./stack-state";

/** What the address asks for. */
export const hostChoice = computed<HostChoice>(() => {
  const { state = "", find = "", group, order } = route.value.query;
  const at = stack.groups.value.findIndex(({ id }) => id === group);
  return {
    letters: state,
    text: find,
    names: readHostlist(find),
    group: at === -1 ? undefined : at,
    order: order === "name" ? "name" : "worst",
  };
});

/** Their indices, anew with each change of a host. */
export const shownHosts = computed(() => {
  hostsVersion.value;
  return chooseHosts(hosts.value, hostChoice.value);
});

/** `n[0017,0993]` names hosts; `n00` and words are a part of a name or of what is said of it. */
function readHostlist(text: string): ReadonlySet<string> | undefined {
  if (!/[[,]/.test(text)) return undefined;
  try {
    return new Set(expandHostlist(text));
  } catch {
    return undefined;
  }
}
