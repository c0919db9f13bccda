import { type ImportedHosts, linesOf } from "./imported";

/** `cn[1-16] compute,rack=1`: hosts and their attributes; those without a value are groups. @see libgenders(3) */
export function readGenders(text: string, found: ImportedHosts): void {
  for (const { place, line } of linesOf(text)) {
    const [names = "", attributes = "", ...more] = line.split(/\s+/);
    if (more.length > 0) {
      found.refuse(place, "has more than hosts and their attributes", "attributes are divided by commas, without blanks");
      continue;
    }
    const hosts = found.expand(place, names);
    found.add(hosts);
    for (const attribute of attributes.split(",").filter(Boolean)) {
      const [name = ""] = attribute.split("=");
      if (attribute.includes("=")) found.notes.add(`attribute \`${name}\` has values, and is no group`);
      else found.add(hosts, name);
    }
  }
}
