import { join } from "node:path";
import { z } from "zod";
import { BadInputError, ConfigError, type ConfigProblem } from "../plan/problems/errors";
import { parseYamlFile, readTextFile } from "./text-file";

const ProjectYaml = z.looseObject({
  name: z.string().regex(/^(?!\.+$)[A-Za-z0-9_.-]{1,100}$/, "must be up to 100 letters, digits, `_`, `.` and `-`"),
  runtime: z.union([
    z.string(),
    z.looseObject({ name: z.string(), options: z.looseObject({ typescript: z.boolean().optional() }).optional() }),
  ]),
  main: z.string().optional(),
  backend: z.looseObject({ url: z.string().optional() }).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});

/** What this engine needs of a project's Pulumi.yaml. */
export interface ProjectFile {
  readonly folder: string;
  readonly name: string;
  /** What the runner gets as the program: `.` unless Pulumi.yaml names a `main`. */
  readonly main: string;
  /** False for a program in JavaScript, which needs no compiler. */
  readonly isTypeScript: boolean;
  readonly backendUrl: string | undefined;
  /** By full key (`ldms:interval`), already as the text that a program reads. */
  readonly configDefaults: Readonly<Record<string, string>>;
}

/** Which program a Pulumi.yaml names, of any runtime. @throws BadInputError when there is no readable one */
export async function readProjectWords(folder: string): Promise<{ readonly runtime: string; readonly main: string }> {
  const { runtime, main = "." } = await readProjectYaml(folder);
  return { runtime: typeof runtime === "string" ? runtime : runtime.name, main };
}

/** @throws BadInputError when there is no readable Pulumi.yaml or its runtime is not nodejs */
export async function readProjectFile(folder: string): Promise<ProjectFile> {
  const path = join(folder, "Pulumi.yaml");
  const { name, runtime, main, backend, config } = await readProjectYaml(folder);
  const runtimeName = typeof runtime === "string" ? runtime : runtime.name;
  if (runtimeName !== "nodejs")
    throw BadInputError.of(path, `the embedded engine runs the runtime \`nodejs\` only: \`${runtimeName}\``, "use the `pulumi` command");
  const isTypeScript = typeof runtime === "string" || runtime.options?.typescript !== false;
  return { folder, name, main: main ?? ".", isTypeScript, backendUrl: backend?.url, configDefaults: defaultsOf(name, config ?? {}) };
}

async function readProjectYaml(folder: string): Promise<z.output<typeof ProjectYaml>> {
  const path = join(folder, "Pulumi.yaml");
  const text = await readTextFile(path);
  if (text === undefined)
    throw BadInputError.of(path, "cannot be read", "run this in the folder of a Pulumi project, or below it; `ldms init` makes one");
  const parsed = ProjectYaml.safeParse(parseYamlFile(path, text).value);
  if (!parsed.success) throw new ConfigError("Pulumi.yaml", parsed.error.issues.map(describeIssue));
  return parsed.data;
}

function describeIssue({ path, message }: z.core.$ZodIssue): ConfigProblem {
  return { path: path.join(".") || "the file", message };
}

function defaultsOf(project: string, config: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const entries = Object.entries(config).flatMap(([key, schema]) => {
    const value = valueOfSchema(schema);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return value === undefined ? [] : [[key.includes(":") ? key : `${project}:${key}`, text] as const];
  });
  return Object.fromEntries(entries);
}

/** `{ type, default }`, `{ value }` or the value itself: the three forms of Pulumi.yaml. */
function valueOfSchema(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema ?? undefined;
  if ("default" in schema) return schema.default;
  return "value" in schema ? schema.value : undefined;
}
