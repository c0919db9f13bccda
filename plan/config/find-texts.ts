import { z } from "zod";
import { type Path, renderPath, unwrap } from "./wording";

/** A text of the stack file, by its path below `ldms:`. */
export interface TextPlace {
  readonly path: string;
  readonly text: string;
}

/** Every text that stands where a schema has one of these scalars, whatever the form of the rest is. */
export function findTexts(schema: z.core.$ZodType, values: unknown, scalars: readonly z.ZodType[], path: Path = []): TextPlace[] {
  const type = unwrap(schema);
  if (typeof values === "string") return scalars.some((scalar) => scalar === type) ? [{ path: renderPath(path), text: values }] : [];
  if (typeof values !== "object" || values === null) return [];
  if (type instanceof z.ZodArray && Array.isArray(values))
    return values.flatMap((value, index) => findTexts(type.element, value, scalars, [...path, index]));
  if (!(type instanceof z.ZodObject)) return [];
  return Object.entries(type.shape as Readonly<Record<string, z.ZodType>>).flatMap(([key, inner]) =>
    Object.hasOwn(values, key) ? findTexts(inner, (values as Readonly<Record<string, unknown>>)[key], scalars, [...path, key]) : [],
  );
}
