import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** `0.1.0`, of package.json: in a checkout above cli/, in a package above dist/. */
export function readVersion(): string {
  const places = ["..", "../.."].map((place) => join(__dirname, place, "package.json"));
  return (JSON.parse(readFileSync(places.find(existsSync)!, "utf8")) as { readonly version: string }).version;
}
