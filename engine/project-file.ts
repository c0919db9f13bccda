import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { EngineError, messageOf } from "./engine-error";

const ProjectYaml = z.looseObject({
  name: z.string().min(1),
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

/** @throws EngineError when there is no readable Pulumi.yaml or its runtime is not nodejs. */
export async function readProjectFile(folder: string): Promise<ProjectFile> {
  const path = join(folder, "Pulumi.yaml");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new EngineError(`${path}: cannot be read\nhelp: run this in the folder of a Pulumi project`, { cause });
  }
  const parsed = ProjectYaml.safeParse(parseYaml(path, text));
  if (!parsed.success) throw new EngineError(`${path}: is not a project file:\n${z.prettifyError(parsed.error)}`);
  const { name, runtime, main, backend, config } = parsed.data;
  const runtimeName = typeof runtime === "string" ? runtime : runtime.name;
  if (runtimeName !== "nodejs") throw new EngineError(`${path}: the embedded engine runs the runtime \`nodejs\` only: \`${runtimeName}\``);
  const isTypeScript = typeof runtime === "string" || runtime.options?.typescript !== false;
  return { folder, name, main: main ?? ".", isTypeScript, backendUrl: backend?.url, configDefaults: defaultsOf(name, config ?? {}) };
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw new EngineError(`${path}: is not YAML: ${messageOf(cause)}`, { cause });
  }
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
