import { z } from "zod";
import { about } from "./about";
import { AuthPlugin, Interconnect, Name, Port, Xprt } from "./scalars";

/** Where a daemon listens besides its own port. */
export const Listener = z.strictObject({
  name: Name.optional().meta(about("Its name, by which an aggregator's `via` dials it.", "ib")),
  port: Port.meta(about("Its port.", 20411)),
  xprt: Xprt.optional().meta(about("Its transport; absent: the group's.", "rdma")),
  auth: AuthPlugin.optional().meta(about("How it authenticates who connects; absent: the group's.", "munge")),
  interconnect: Interconnect.optional().meta(about("The name by which it is dialled there; absent: the stack's.", "{host}-ib0")),
});
