import type { PortalRoute } from "../../portal/api";
import type { Ask } from "./portal-kit";

export const DIGEST = "0123456789abcdef-0123456789abcdef-0123456789abcdef-0123456789abcdef";

/** A body that is right in form, by route. */
const BODIES: Readonly<Partial<Record<PortalRoute, unknown>>> = {
  "POST /api/session": { code: "none" },
  "POST /api/stacks/:stack/look": { what: "drift" },
  "POST /api/stacks/:stack/runs": { kind: "up", expect: DIGEST },
  "POST /api/stacks/:stack/file/check": { text: "config: {}\n" },
  "PUT /api/stacks/:stack/file": { text: "config: {}\n", mark: "another" },
};

/** What stands for the parts of a path that a test names no others for. */
const PARTS: Readonly<Record<string, string>> = { stack: "dev", host: "cygnus-01", run: "1", id: "r-20261129-000000-1" };

/** A request of a route that is right in form. */
export function askOf(route: PortalRoute, parts: Readonly<Record<string, string>> = {}): Ask {
  const [method = "", template = ""] = route.split(" ");
  const path = template.replace(/:(\w+)/g, (_, part: string) => parts[part] ?? PARTS[part]!);
  return { method, path, ...(BODIES[route] !== undefined && { body: BODIES[route] }) };
}
