import type { z } from "zod";
import type { ConfigProblem } from "../problems/errors";
import { YamlError } from "./yaml";

/** What a check says is wrong, without the place, which is the key that names the file. */
export type OwnFileProblem = Omit<ConfigProblem, "path">;

/** @throws what is no YamlError */
export function describeYamlError(error: unknown): OwnFileProblem[] {
  if (!(error instanceof YamlError)) throw error;
  return error.problems.map(({ path, message, help }) => ({ message: `${path}: ${message}`, ...(help !== undefined && { help }) }));
}

/** A JSON file of that form, or what is wrong with it. */
export function readJson<T>(
  text: string,
  form: z.ZodType<T>,
): { readonly document: T; readonly problems?: never } | { readonly problems: OwnFileProblem[] } {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { problems: [{ message: `is not JSON: ${(error as Error).message}` }] };
  }
  const parsed = form.safeParse(document);
  return parsed.success ? { document: parsed.data } : { problems: describeIssues(parsed.error) };
}

/** What a file's form lacks, each with its place in it. */
export function describeIssues({ issues }: z.ZodError): OwnFileProblem[] {
  return issues.map(({ path, message }) => ({ message: `${path.join(".") || "the document"}: ${message}` }));
}
