import { z } from "zod";
import { SECRET_NAMES, SECRET_TEXTS } from "../checks/secret-names";
import { ClusterConfigSchema } from "../config/config";
import { NAMESPACE } from "../config/namespace";
import { unwrap } from "../config/wording";

/** A key of the stack file. */
export interface StackFileKey {
  /** `samplers[].plugins[].name` */
  readonly path: string;
  readonly schema: z.ZodType;
  readonly description: string | undefined;
  readonly example: unknown;
}

/** A map of the stack file. */
interface Section {
  /** All places where it may stand, as `samplers[].plugins[]`. */
  readonly paths: string[];
  readonly keys: readonly StackFileKey[];
  /** Keys that another section has told, by its path. */
  readonly told: ReadonlyMap<string, readonly string[]>;
}

/** Every key, those of a map that stands at several places once. */
export function listStackFileKeys(): StackFileKey[] {
  return listSections().flatMap(({ keys }) => keys);
}

/** The keys as tables of Markdown, a map each, for docs/stack-file.md. */
export function renderStackFileKeys(): string {
  const secrets = SECRET_NAMES.map((name) => `| \`${name}\` | ${SECRET_TEXTS[name]} |`);
  return [
    ...listSections().map(renderSection),
    `### Encrypted keys\n\nEach as \`ldms:NAME: { secure: … }\`, which \`ldms config set --secret NAME\` writes.\n\n| key | what |\n|---|---|\n${secrets.join("\n")}`,
  ].join("\n\n");
}

function listSections(): Section[] {
  const seen = new Map<z.core.$ZodType, string>();
  const sections = new Map<z.ZodObject, Section>();
  const visit = (path: string, object: z.ZodObject): void => {
    const known = sections.get(object);
    if (known !== undefined) {
      known.paths.push(path);
      return;
    }
    const told = new Map<string, string[]>();
    const keys = Object.entries(object.shape as Readonly<Record<string, z.ZodType>>).flatMap(([name, schema]) => {
      const before = seen.get(schema);
      if (before !== undefined) {
        told.set(before, [...(told.get(before) ?? []), name]);
        return [];
      }
      seen.set(schema, path);
      const { description, examples } = (schema.meta() ?? {}) as { description?: string; examples?: readonly unknown[] };
      return [{ path: path === "" ? name : `${path}.${name}`, schema, description, example: examples?.[0] }];
    });
    sections.set(object, { paths: [path], keys, told });
    for (const key of keys) for (const [at, inner] of objectsIn(key.schema, key.path)) visit(at, inner);
  };
  visit("", ClusterConfigSchema);
  return [...sections.values()];
}

/** The maps with keys of their own that a value may be, or be a list of. */
function objectsIn(schema: z.core.$ZodType, path: string): [string, z.ZodObject][] {
  const type = unwrap(schema);
  if (type instanceof z.ZodObject) return [[path, type]];
  if (type instanceof z.ZodArray) return objectsIn(type.element, `${path}[]`);
  if (type instanceof z.ZodRecord) return objectsIn(type.valueType, `${path}.KEY`);
  return type instanceof z.ZodUnion ? type.options.flatMap((option) => objectsIn(option, path)) : [];
}

function renderSection({ paths, keys, told }: Section): string {
  const title = paths[0] === "" ? "### At the top" : `### ${paths.map((path) => `\`${path}\``).join(", ")}`;
  const rows = keys.map(
    (key) => `| ${[`\`${nameOf(key)}\``, key.description, renderDefault(key.schema), renderExample(key)].join(" | ")} |`,
  );
  const table = rows.length > 0 ? [["| key | what | default | example |", "|---|---|---|---|", ...rows].join("\n")] : [];
  const as = [...told].map(([at, names]) => `As in \`${at}\`: ${names.map((name) => `\`${name}\``).join(", ")}.`);
  return [title, ...table, ...as].join("\n\n");
}

function nameOf({ path }: Pick<StackFileKey, "path">): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

/** Nothing where its absence has a meaning of its own, or where it is empty. */
function renderDefault(schema: z.core.$ZodType): string {
  if (schema instanceof z.ZodDefault) {
    const text = renderFlow(schema.def.defaultValue);
    return text === "[]" || text === "{}" ? "" : `\`${text}\``;
  }
  return schema instanceof z.ZodOptional || schema instanceof z.ZodPrefault ? "" : "required";
}

function renderExample({ path, example }: StackFileKey): string {
  const name = path.includes(".") ? nameOf({ path }) : `${NAMESPACE}${path}`;
  return `\`${`${name}: ${renderFlow(example)}`.replaceAll("|", "\\|")}\``;
}

/** YAML on one line: `{ name: meminfo, interval: 1s }`. */
function renderFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderFlow).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => `${renderWord(key)}: ${renderFlow(inner)}`);
    return entries.length > 0 ? `{ ${entries.join(", ")} }` : "{}";
  }
  return typeof value === "string" ? renderWord(value) : String(value);
}

/** In quotes where YAML could take it for something else. */
function renderWord(text: string): string {
  return /^[A-Za-z/^][A-Za-z0-9_./^=-]*(:[A-Za-z0-9/@._-]+)*$|^[0-9]+(us|ms|s|m|h|d|M|G|k)$/.test(text) &&
    !/^(true|false|null|yes|no)$/i.test(text)
    ? text
    : JSON.stringify(text);
}
