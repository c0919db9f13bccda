import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { BadInputError, ConfigError } from "../plan/problems/errors";
import { decodeText } from "../plan/text/text";
import { MAX_TEXT_LENGTH, type ParsedYaml, parseYamlDocument, YamlError } from "../plan/yaml/yaml";

/** The text of a file that people write; undefined where there is none. @throws BadInputError for what is no text file */
export async function readTextFile(path: string): Promise<string | undefined> {
  let bytes: Buffer;
  try {
    const found = await stat(path);
    if (!found.isFile()) throw BadInputError.of(path, "is not a file", "name a text file");
    if (found.size > MAX_TEXT_LENGTH) throw BadInputError.of(path, `is larger than ${MAX_TEXT_LENGTH} bytes`, "make it smaller");
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof BadInputError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw BadInputError.of(path, `cannot be read (${code})`, "make it readable for you", { cause });
  }
  const text = decodeText(bytes);
  if (text === undefined) throw BadInputError.of(path, "is not UTF-8 text", "save it as UTF-8");
  return text;
}

/** A file of Pulumi's, as Pulumi reads it. @throws ConfigError with every problem */
export function parseYamlFile(path: string, text: string): ParsedYaml {
  try {
    return parseYamlDocument(text, "go");
  } catch (error) {
    throw error instanceof YamlError ? new ConfigError(basename(path), error.problems) : error;
  }
}
