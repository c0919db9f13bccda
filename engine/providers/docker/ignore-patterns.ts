import { readFileSync } from "node:fs";
import { join, normalize } from "node:path";

/** Says whether a path below the build context (`etc/init.sh`) is left out. */
export interface IgnoreRules {
  readonly isIgnored: (path: string) => boolean;
  /** Whether something below an ignored folder may be taken in again by a `!` line. */
  readonly hasExceptions: boolean;
}

interface Rule {
  readonly pattern: RegExp;
  readonly isException: boolean;
}

/** The ignore file that Docker takes for a Dockerfile: its own (`Dockerfile.dockerignore`) or else the context's. */
export function readIgnoreFile(dockerfilePath: string, contextFolder: string): readonly string[] {
  for (const path of [`${dockerfilePath}.dockerignore`, join(contextFolder, ".dockerignore")]) {
    try {
      return readFileSync(path, "utf8")
        .replace(/^\uFEFF/, "")
        .split("\n");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }

  return [];
}

/**
 * Lines of a `.dockerignore` as rules: the last one that matches a path or one of its parents decides.
 *
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseIgnoreLines(lines: readonly string[]): IgnoreRules {
  const rules = lines.flatMap((line): Rule[] => {
    const text = line.trim();
    if (line.startsWith("#") || text === "" || text === "!") return [];
    const isException = text.startsWith("!");
    return [{ pattern: regExpOf(cleanPattern(isException ? text.slice(1).trim() : text)), isException }];
  });

  return { isIgnored: (path) => isIgnored(rules, path), hasExceptions: rules.some((rule) => rule.isException) };
}

function cleanPattern(text: string): string {
  const clean = normalize(text);
  const isRooted = clean.length > 1 && clean.startsWith("/");

  return (isRooted ? clean.slice(1) : clean).replace(/(.)\/$/, "$1");
}

function isIgnored(rules: readonly Rule[], path: string): boolean {
  const steps = path.split("/");
  const candidates = steps.map((_, index) => steps.slice(0, index + 1).join("/"));
  let ignored = false;
  for (const { pattern, isException } of rules) {
    if (candidates.some((candidate) => pattern.test(candidate))) ignored = !isException;
  }

  return ignored;
}

/** `*` and `?` stay within a folder, `**` crosses them, `[a-z]` is a class, `\` takes the next character as it is. */
function regExpOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/?|\*|\?|\\.|\[[^\]]*\]|[.+^${}()|\]\\]/g, (token, offset: number) => {
    if (token === "**") return ".*";
    if (token === "**/") return offset + token.length === pattern.length ? ".*" : "(.*/)?";
    if (token === "*") return "[^/]*";
    if (token === "?") return "[^/]";
    return token.length > 1 ? token : `\\${token}`;
  });

  return new RegExp(`^${source}$`);
}
