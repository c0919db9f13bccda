import { z } from "zod";
import { about } from "./about";
import { FreeKeys, Interval, Name } from "./scalars";

/** An entry of `plugins`. */
export const Plugin = z.strictObject({
  name: Name.meta(about("Its name, as in `load plugin=`.", "meminfo")),
  instance: Name.optional().meta(about("Its name in the daemon, and what its set is called; absent: the plugin's.", "meminfo-60s")),
  own: z.boolean().optional().meta(about("The plugin is your own, not one of upstream's.", true)),
  interval: Interval.meta(about("How often it samples.", "1s")),
  offset: Interval.optional().meta(about("How long behind the full interval.", "100ms")),
  config: FreeKeys.meta(
    about(
      "Its attributes, with values as ldmsd takes them; `producer`, `instance` and `component_id` are the plan's where they are left out.",
      { schema: "meminfo_60s", perm: "0777" },
    ),
  ),
});
