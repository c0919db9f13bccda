import { authAttributes } from "../auth/auth";
import { authOf, type DaemonGroup } from "../daemons/daemon-group";
import type { Dialled } from "../daemons/dial";
import { renderLine } from "./conf-line";

/**
 * Where the group's daemons listen besides `-x`, and the authentications that are not their own, `-a`, which is that of every listener and producer without another one.
 *
 * @param dialled by what one of them has to prove itself where it dials
 */
export function renderListenLines(group: DaemonGroup, dialled: readonly Pick<Dialled, "auth">[]): string[] {
  const own = authOf(group);
  const used = [...group.listeners, ...dialled].map(({ auth }) => auth);
  const others = new Set(used.filter((auth) => auth !== own));
  return [
    ...[...others].map((auth) => renderLine("auth_add", authAttributes(auth))),
    ...group.listeners.map(({ xprt, port, auth }) => renderLine("listen", { xprt, port, auth: auth === own ? undefined : auth })),
  ];
}
