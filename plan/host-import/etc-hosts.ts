import { type ImportedHosts, linesOf } from "./imported";

const IPV4 = /^[0-9]+(\.[0-9]+){3}$/;
/** Loopback, everybody, nobody. */
const NO_HOST = /^(127\.|0\.0\.0\.0$|255\.255\.255\.255$)/;

/** `10.1.0.1 cn1.site cn1`: an address, and the name by which the host is known first. @see hosts(5) */
export function readEtcHosts(text: string, found: ImportedHosts): void {
  for (const { place, line } of linesOf(text)) {
    const [address = "", name] = line.split(/\s+/);
    if (address.includes(":")) found.notes.add("IPv6 addresses are left out");
    else if (!IPV4.test(address)) found.refuse(place, `does not begin with an address: \`${address}\``, "ADDRESS NAME [ALIAS...]");
    else if (name === undefined) found.refuse(place, `has an address without a name: \`${address}\``, "ADDRESS NAME [ALIAS...]");
    else if (!NO_HOST.test(address)) {
      for (const host of found.expand(place, name)) {
        if (found.hosts.has(host)) found.notes.add(`\`${host}\` has several addresses, the first one is taken`);
        else found.reach(host, { address });
        found.add([host]);
      }
    }
  }
}
