import { z } from "zod";
import { type Path, renderPath, unwrap } from "./wording";

/** A text of the stack file, by its path below `ldms:`. */
export interface TextPlace {
  readonly path: string;
  readonly text: string;
}

/** A key with words of its own has a copy of the scalar, whose parent the scalar is. */
function isOneOf(type: z.core.$ZodType, scalars: readonly z.core.$ZodType[]): boolean {
  const { parent } = type._zod;
  return scalars.includes(type) || (parent !== undefined && isOneOf(parent, scalars));
}

/** Every text that stands where a schema has one of these scalars, whatever the form of the rest is. */
export function findTexts(schema: z.core.$ZodType, values: unknown, scalars: readonly z.ZodType[], path: Path = []): TextPlace[] {
  const type = unwrap(schema);
  if (typeof values === "string") return isOneOf(type, scalars) ? [{ path: renderPath(path), text: values }] : [];
  if (typeof values !== "object" || values === null) return [];
  if (type instanceof z.ZodArray && Array.isArray(values))
    return values.flatMap((value, index) => findTexts(type.element, value, scalars, [...path, index]));
  if (!(type instanceof z.ZodObject)) return [];
  return Object.entries(type.shape as Readonly<Record<string, z.ZodType>>).flatMap(([key, inner]) =>
    Object.hasOwn(values, key) ? findTexts(inner, (values as Readonly<Record<string, unknown>>)[key], scalars, [...path, key]) : [],
  );
}
