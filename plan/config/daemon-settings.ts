import { z } from "zod";
import { about } from "./about";
import { given } from "./given";
import { Listener } from "./listener";
import { Plugin } from "./plugin";
import { AuthPlugin, Hostlist, MungeMode, Options, Port, Size, Xprt } from "./scalars";

export const plugins = z
  .array(Plugin)
  .default([])
  .meta(about("What its daemons sample.", [{ name: "meminfo", interval: "1s" }]));

/** What every group of ldmsd may say. */
export const daemonSettings = {
  daemons: Hostlist.optional().meta(
    about(
      "Names of its daemons, as producers and in ldms_cfg.yaml, one for each host; absent: the group's name and the component id, `samp-1`.",
      "samp-[1-4]",
    ),
  ),
  xprt: Xprt.optional().meta(about("Transport at which its daemons listen; absent: the stack's.", "sock")),
  port: Port.optional().meta(about("Where its daemons listen; absent: that of `ports`.", 411)),
  discovery: z
    .enum(["dial", "advertise"])
    .optional()
    .meta(
      about(
        "Who opens the connections to the aggregators above: they (`dial`, also where it is absent), or with `advertise` the group's own daemons.",
        "advertise",
      ),
    ),
  listeners: z
    .array(Listener)
    .optional()
    .meta(about("Further ports at which its daemons listen.", [{ name: "ib", port: 20411, xprt: "rdma", interconnect: "{host}-ib0" }])),
  auth: AuthPlugin.optional().meta(about("How its daemons authenticate who connects; absent: the stack's.", "ovis")),
  munge: MungeMode.optional().meta(about("Where its daemons get munge from; absent: as the stack's `munge` says.", "host")),
  setMemory: Size.optional().meta(about("`-m` of ldmsd, for its metric sets; absent: twice what the plan counts.", "64M")),
  streams: z
    .literal(true)
    .optional()
    .meta(
      about(
        "Switches streams on for plugins of the site's own; those of upstream's that need them, and subscriptions, do so themselves.",
        true,
      ),
    ),
  messages: z.literal(true).optional().meta(about("The same for messages.", true)),
  options: Options.meta(
    about("Further arguments of ldmsd, unchanged. Those that the plan owns, and those that end ldmsd 4.5, are refused.", ["-v", "INFO"]),
  ),
  ...given,
};
