import { z } from "zod";
import { AuthPlugin, Interconnect, Name, Port, Xprt } from "./scalars";

/** Where a daemon listens besides its own port. */
export const Listener = z.strictObject({
  /** By which an aggregator above says in `via` that it dials there. */
  name: Name.optional(),
  port: Port,
  /** Absent: the group's. */
  xprt: Xprt.optional(),
  /** Absent: the group's. */
  auth: AuthPlugin.optional(),
  /** The name by which it is dialled there; absent: the stack's. */
  interconnect: Interconnect.optional(),
});
