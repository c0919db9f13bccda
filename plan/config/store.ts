import { z } from "zod";
import { AbsolutePath, FreeKeys, Interval, LocalPath, Name, Period, Size } from "./scalars";

const StreamName = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9_.:/-]*$/, "must be a name of letters, digits, `_`, `.`, `:`, `/` and `-`");

/** What an aggregator asks of its producers beside their sets. */
export const Subscription = z
  .strictObject({
    stream: StreamName.optional(),
    /** Tag of messages, which took the place of streams. */
    message: StreamName.optional(),
    /** Of the producers that are asked. */
    regex: z.string().min(1, "must be a regular expression").default(".*"),
  })
  .refine(({ stream, message }) => (stream === undefined) !== (message === undefined), "must have one of `stream` and `message`");

const ROLLOVER_FORM = "must have one of `every`, `daily`, `rows` and `size`";
const Rollover = z
  .strictObject({
    every: Period.optional(),
    /** Time of day: `00:30`. */
    daily: z
      .string()
      .regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/, "must be a time of day, as 00:30")
      .optional(),
    rows: z.number().int().min(1, "must be 1 or more").optional(),
    size: Size.optional(),
  })
  .refine((rollover) => Object.keys(rollover).length === 1, ROLLOVER_FORM);

/** An entry of `stores`; which keys belong together is checked by the kind of its plugin. */
export const Store = z.strictObject({
  name: Name,
  plugin: Name,
  /** The plugin is the site's own, none of upstream's. */
  own: z.boolean().optional(),
  /** Of the sets that it stores; or `regex`. */
  schema: Name.optional(),
  /** POSIX extended regular expression of schemas; only with a decomposition. */
  regex: z.string().min(1, "must be a regular expression").optional(),
  /** Part of the path of its files; of a plugin of which nothing is known, what ldmsd is told. */
  container: z.string().min(1, "must not be empty").optional(),
  /** Of Kafka: `[kafka1:9092, kafka2:9092]`. */
  brokers: z
    .array(
      z.string().regex(/^([A-Za-z0-9_][A-Za-z0-9_.-]*|\[[0-9a-fA-F:]+\])(:[0-9]{1,5})?$/, "must be `HOST[:PORT]` of a broker"),
      "must be a list of brokers, each `HOST[:PORT]`",
    )
    .min(1, "must have at least one broker")
    .optional(),
  /** Of a store that takes a stream as it comes: its name. */
  stream: StreamName.optional(),
  /** JSON file beside the stack file: how sets become rows. */
  decomposition: LocalPath.optional(),
  flush: Interval.optional(),
  /** Folder inside the aggregator's container. */
  path: AbsolutePath.optional(),
  /** Folder on the host that is bound there. */
  hostPath: AbsolutePath.optional(),
  /** When store_csv begins another file. */
  rollover: Rollover.optional(),
  /** Whether the header of store_csv stands in the file of its rows or in a file of its own. */
  headers: z.enum(["in-file", "own-file"]).optional(),
  config: FreeKeys,
});
