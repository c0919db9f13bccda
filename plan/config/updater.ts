import { z } from "zod";
import { Interval, Name } from "./scalars";

/** Sets that an updater takes: by a regular expression, or all of one schema or of one instance of a plugin. */
const UpdaterSet = z
  .strictObject({
    regex: z.string().min(1, "must be a regular expression").optional(),
    /** What the regular expression is tried on: the set's name or its schema. */
    field: z.enum(["inst", "schema"]).default("inst"),
    schema: Name.optional(),
    /** What a plugin is called in its daemon: `meminfo` for all of `HOST/meminfo`. */
    instance: Name.optional(),
  })
  .refine(
    ({ regex, schema, instance }) => [regex, schema, instance].filter((one) => one !== undefined).length === 1,
    "must have one of `regex`, `schema` and `instance`",
  );

export const updaterSettings = {
  offset: Interval.optional(),
  mode: z.enum(["pull", "push", "onchange", "auto"]).default("pull"),
  sets: z.array(UpdaterSet).default([{ regex: ".*", field: "inst" }]),
};

export const Updater = z.strictObject({ interval: Interval, ...updaterSettings });
