import { z } from "zod";
import { ownValue } from "../text/own-value";

const NOT_EMPTY = "must not be empty";
const Text = z.string("must be a text").min(1, NOT_EMPTY);
const Texts = z.array(Text, "must be a list of texts").min(1, NOT_EMPTY);

const Index = z.looseObject({ name: Text, cols: Texts }, "must be a map of `name` and `cols`");
const Indices = z.array(Index, "must be a list").default([]);

/** Upstream's words, without regard to case. @see ldms 4.5.3, ldms.c, `type_name_map` */
const NUMBERS = ["u8", "s8", "u16", "s16", "u32", "s32", "u64", "s64", "f32", "d64", "float", "double"];
const TYPES: ReadonlySet<string> = new Set([
  ...["char", "char[]", "char_array", "ts", "timestamp", "list", "list<>", "record", "record[]", "record_array"],
  ...NUMBERS.flatMap((type) => [type, `${type}[]`, `${type}_array`]),
]);
const Type = z
  .string("must be a text")
  .refine((type) => TYPES.has(type.toLowerCase()), "must be a type such as `u64`, `ts` or `char_array`");

/** What a set has beside its metrics, and the type that a column of it has: another one ends the daemon at the first row. */
const TYPES_OF_META: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(["timestamp", "M_timestamp", "M_duration"].map((name) => [name, ["ts", "timestamp"]])),
  ...Object.fromEntries(["M_uid", "M_gid", "M_perm", "M_card"].map((name) => [name, ["u32"]])),
  ...Object.fromEntries(
    ["producer", "M_producer", "instance", "M_instance", "M_schema", "M_digest"].map((name) => [name, ["char_array", "char[]"]]),
  ),
};

const Column = z
  .looseObject(
    {
      src: Text.refine((src) => !/[[\]]/.test(src) || /^[^[\]]+\[[^[\]]+\]$/.test(src), "must be METRIC or LIST[MEMBER]"),
      dst: Text.optional(),
      type: Type.optional(),
      rec_member: Text.optional(),
      fill: z.unknown().optional(),
      op: z.enum(["diff", "min", "max", "mean"], "must be `diff`, `min`, `max` or `mean`").optional(),
    },
    "must be a map with `src`",
  )
  .superRefine(({ src, type, fill, rec_member }, context) => {
    const wanted = ownValue(TYPES_OF_META, src);
    if (fill !== undefined && type === undefined) context.addIssue({ code: "custom", path: ["type"], message: "is missing beside `fill`" });
    if (rec_member !== undefined && src.includes("["))
      context.addIssue({ code: "custom", path: ["rec_member"], message: "is in `src` already" });
    if (wanted && type !== undefined && !wanted.includes(type.toLowerCase()))
      context.addIssue({ code: "custom", path: ["type"], message: `must be \`${wanted[0]}\`, or left out, for \`${src}\`` });
  });

const Group = z.looseObject({
  index: Texts,
  order: Texts,
  limit: z.union([z.number().int().positive(), z.string().regex(/^[1-9][0-9]*$/)], "must be a number of rows").optional(),
  timeout: z
    .string("must be a time such as `60s`")
    .regex(/^[0-9]+(ns|us|ms|s)?$/, "must be a time such as `60s`")
    .optional(),
});

const Row = z
  .looseObject(
    { schema: Text, cols: z.array(Column, "must be a list").min(1, NOT_EMPTY), indices: Indices, group: Group.optional() },
    "must be a map",
  )
  .superRefine(({ cols, indices, group }, context) => {
    const names = new Set(cols.map(({ src, dst = src }) => dst));
    const check = (wanted: readonly string[], path: (string | number)[]) => {
      for (const name of wanted)
        if (!names.has(name)) context.addIssue({ code: "custom", path, message: `is no column of the row: \`${name}\`` });
    };
    for (const [i, index] of indices.entries()) check(index.cols, ["indices", i, "cols"]);
    if (group) {
      check(group.index, ["group", "index"]);
      check(group.order, ["group", "order"]);
    } else if (cols.some(({ op }) => op !== undefined)) {
      context.addIssue({ code: "custom", path: ["group"], message: "is missing beside `op`" });
    }
  });

const Static = z.looseObject({ type: z.literal("static"), rows: z.array(Row, "must be a list").min(1, NOT_EMPTY) });
const AsIs = z.looseObject({ type: z.literal("as_is"), indices: Indices });
const KINDS = "must be `static`, `as_is` or `flex`";
const Part = z.discriminatedUnion("type", [Static, AsIs], "must be a map of `type` `static` or `as_is`");

const Names = z.union([Text, Texts], "must be the name of a decomposition, or a list of them");
const Digest = z.string().regex(/^(\*|[0-9A-Fa-f]{64})$/, "must be `*` or a digest of 64 hexadecimal digits");
const Match = z
  .looseObject({ schema: Text.optional(), instance: Text.optional(), apply: Names })
  .refine(({ schema, instance }) => schema !== undefined || instance !== undefined, "must have `schema` or `instance`");

const Flex = z
  .looseObject({
    type: z.literal("flex"),
    decomposition: z.record(z.string(), Part, "must be a map"),
    digest: z.record(Digest, Names).default({}),
    matches: z.array(Match, "must be a list").default([]),
    default: Names.optional(),
  })
  .superRefine(({ decomposition, digest, matches, ...others }, context) => {
    const uses: [path: (string | number)[], names: string | readonly string[]][] = [
      ...Object.entries(digest).map(([key, names]): [string[], typeof names] => [["digest", key], names]),
      ...matches.map(({ apply }, i): [(string | number)[], typeof apply] => [["matches", i, "apply"], apply]),
    ];
    if (others.default !== undefined) uses.push([["default"], others.default]);
    for (const [path, names] of uses) {
      for (const name of [names].flat())
        if (!Object.hasOwn(decomposition, name))
          context.addIssue({ code: "custom", path, message: `is no decomposition of the file: \`${name}\`` });
    }
  });

/** A decomposition's file, as upstream's ldmsd reads it. @see ldmsd_decomposition(7) and ldms/src/decomp of v4.5.3 */
export const DecompositionForm = z.discriminatedUnion("type", [Static, AsIs, Flex], KINDS);
export type DecompositionDocument = z.output<typeof DecompositionForm>;
