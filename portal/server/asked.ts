import type { PortalRoute } from "../api";
import type { Caller } from "./callers";
import type { Portal, PortalStack } from "./portal";
import type { BodyOf, QueryOf } from "./route-table";

/** A request that has passed: the right is there, the body has its form. */
export interface Asked<R extends PortalRoute> {
  readonly portal: Portal;
  readonly parts: Readonly<Record<string, string>>;
  readonly body: BodyOf<R>;
  readonly query: QueryOf<R>;
  /** Of a route of a stack. */
  readonly stack: PortalStack;
  /** Of a route that somebody has to be signed in for. */
  readonly caller: Caller;
  readonly address: string;
}
