import type { ContainerUnit } from "../containers/container-unit";
import type { Role } from "../model/container";
import { MUNGE_KEY_IN_CONTAINER } from "../model/places";

/** What makes a container need something of its host. `munge-key`: a munged of its own. */
export type NeedSubject =
  | { readonly kind: "any" | "low-port" | "munge-key" }
  | { readonly kind: "role"; readonly role: Role }
  | { readonly kind: "xprt"; readonly xprt: string }
  | { readonly kind: "plugin"; readonly plugin: string };

export function isSubject(of: NeedSubject, { container, ports, xprts = [], plugins = [] }: ContainerUnit): boolean {
  switch (of.kind) {
    case "any":
      return true;
    case "low-port":
      return ports.some(({ port }) => port < 1024);
    case "munge-key":
      return container.mounts.some(({ containerPath }) => containerPath === MUNGE_KEY_IN_CONTAINER);
    case "role":
      return container.role === of.role;
    case "xprt":
      return xprts.includes(of.xprt);
    case "plugin":
      return plugins.includes(of.plugin);
    default:
      return of satisfies never;
  }
}

/** `xprt rdma`, `plugin rapl` */
export function renderSubject(of: NeedSubject): string {
  switch (of.kind) {
    case "any":
      return "any container";
    case "low-port":
      return "port below 1024";
    case "munge-key":
      return "munge mode key";
    case "role":
      return `role ${of.role}`;
    case "xprt":
      return `xprt ${of.xprt}`;
    case "plugin":
      return `plugin ${of.plugin}`;
    default:
      return of satisfies never;
  }
}
