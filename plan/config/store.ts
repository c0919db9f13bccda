import { z } from "zod";
import { about } from "./about";
import { AbsolutePath, FreeKeys, Interval, LocalPath, Name, Period, Size } from "./scalars";

const StreamName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.:/-]*$/, "must be a name of letters, digits, `_`, `.`, `:`, `/` and `-`");

/** What an aggregator asks of its producers beside their sets. */
export const Subscription = z
  .strictObject({
    stream: StreamName.optional().meta(about("Name of a stream; or `message`.", "kokkos-perf-data")),
    message: StreamName.optional().meta(about("Tag of messages, which took the place of streams; or `stream`.", "slurm")),
    regex: z
      .string()
      .min(1, "must be a regular expression")
      .default(".*")
      .meta(about("Regular expression of the producers that are asked.", "^samp")),
  })
  .refine(({ stream, message }) => (stream === undefined) !== (message === undefined), "must have one of `stream` and `message`");

const ROLLOVER_FORM = "must have one of `every`, `daily`, `rows` and `size`";
const Rollover = z
  .strictObject({
    every: Period.optional().meta(about("After this much time.", "6h")),
    daily: z
      .string()
      .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "must be a time of day, as 00:30")
      .optional()
      .meta(about("At a time of day.", "00:30")),
    rows: z.number().int().min(1, "must be 1 or more").optional().meta(about("After this many rows.", 100000)),
    size: Size.optional().meta(about("At this size.", "512M")),
  })
  .refine((rollover) => Object.keys(rollover).length === 1, ROLLOVER_FORM);

/** An entry of `stores`; which keys belong together is checked by the kind of its plugin. */
export const Store = z.strictObject({
  name: Name.meta(about("Its name in the daemon.", "sos-meminfo")),
  plugin: Name.meta(about("The plugin of LDMS that stores.", "store_sos")),
  own: z.boolean().optional().meta(about("The plugin is your own, not one of upstream's.", true)),
  schema: Name.optional().meta(about("Schema of the sets that it stores; or `regex`.", "meminfo")),
  regex: z
    .string()
    .min(1, "must be a regular expression")
    .optional()
    .meta(about("POSIX extended regular expression of schemas; only with a decomposition.", "^(meminfo|vmstat)$")),
  container: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta(about("Part of the path of its files. For a plugin that the plan does not know: what ldmsd is told.", "meminfo")),
  brokers: z
    .array(
      z.string().regex(/^([A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?$/, "must be `HOST[:PORT]` of a broker"),
      "must be a list of brokers, each `HOST[:PORT]`",
    )
    .min(1, "must have at least one broker")
    .optional()
    .meta(about("Addresses of Kafka's brokers.", ["kafka1:9092", "kafka2:9092"])),
  stream: StreamName.optional().meta(about("Name of the stream, for a store of a whole stream.", "kokkos-perf-data")),
  decomposition: LocalPath.optional().meta(about("JSON file beside the stack file: how sets become rows.", "as-is.json")),
  flush: Interval.optional().meta(about("How often rows are written out.", "10s")),
  path: AbsolutePath.optional().meta(about("Folder inside the aggregator's container.", "/store")),
  hostPath: AbsolutePath.optional().meta(about("Folder on the host that is bound there.", "/data/store")),
  rollover: Rollover.optional().meta(about("When store_csv begins another file.", { daily: "00:30" })),
  headers: z
    .enum(["in-file", "own-file"])
    .optional()
    .meta(about("Whether the header of store_csv stands in the file of its rows or in a file of its own.", "own-file")),
  config: FreeKeys.meta(about("Further attributes of the plugin.", { buffer: 0 })),
});
