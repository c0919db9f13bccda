import { z } from "zod";
import { about } from "./about";
import { Interval, Name } from "./scalars";

/** Sets that an updater takes: by a regular expression, or all of one schema or of one instance of a plugin. */
const UpdaterSet = z
  .strictObject({
    regex: z.string().min(1, "must be a regular expression").optional().meta(about("Regular expression of sets.", "mem.*")),
    field: z
      .enum(["inst", "schema"])
      .default("inst")
      .meta(about("What the regular expression is compared with: the set's name or its schema.", "schema")),
    schema: Name.optional().meta(about("Schema of sets.", "meminfo")),
    instance: Name.optional().meta(about("What a plugin is called in its daemon: `meminfo` for all of `HOST/meminfo`.", "meminfo-60s")),
  })
  .refine(
    ({ regex, schema, instance }) => [regex, schema, instance].filter((one) => one !== undefined).length === 1,
    "must have one of `regex`, `schema` and `instance`",
  );

export const updaterSettings = {
  offset: Interval.optional().meta(about("How long behind the full interval.", "200ms")),
  mode: z
    .enum(["pull", "push", "onchange", "auto"])
    .default("pull")
    .meta(about("`auto` goes by each set's own interval; `push` and `onchange` have the daemon send.", "auto")),
  sets: z
    .array(UpdaterSet)
    .default([{ regex: ".*", field: "inst" }])
    .meta(about("The sets that it pulls, each by `schema`, `instance` or `regex`.", [{ schema: "meminfo" }])),
};

export const Updater = z.strictObject({ interval: Interval.meta(about("How often it pulls.", "1s")), ...updaterSettings });
