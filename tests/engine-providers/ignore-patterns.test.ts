import { deepEqual } from "node:assert/strict";
import { parseIgnoreLines } from "../../engine/providers/docker/ignore-patterns";

const PATHS = ["Dockerfile", "README.md", "a.log", "docs/a.md", "docs/keep.md", "docs/deep/b.md", "src/a.log", "src/a.ts", "src/a+b.ts"];

function left(...lines: string[]): string[] {
  const rules = parseIgnoreLines(lines);

  return PATHS.filter((path) => !rules.isIgnored(path));
}

const without = (...paths: string[]) => PATHS.filter((path) => !paths.includes(path));

// The cases of Docker's documentation. @see https://docs.docker.com/build/concepts/context/#dockerignore-files
describe("parseIgnoreLines", () => {
  for (const [lines, gone] of [
    [["# a.log", "", "  "], []],
    [["*.log"], ["a.log"]],
    [["**/*.log"], ["a.log", "src/a.log"]],
    [["*/*.log"], ["src/a.log"]],
    [["docs"], ["docs/a.md", "docs/keep.md", "docs/deep/b.md"]],
    [["/docs/"], ["docs/a.md", "docs/keep.md", "docs/deep/b.md"]],
    [["docs/**"], ["docs/a.md", "docs/keep.md", "docs/deep/b.md"]],
    [
      ["docs", "!docs/keep.md"],
      ["docs/a.md", "docs/deep/b.md"],
    ],
    [
      ["!docs/keep.md", "docs"],
      ["docs/a.md", "docs/keep.md", "docs/deep/b.md"],
    ],
    [["**/b.md"], ["docs/deep/b.md"]],
    [["docs/**/b.md"], ["docs/deep/b.md"]],
    [["?.log"], ["a.log"]],
    [["[a-b].log"], ["a.log"]],
    [["src/a+b.ts"], ["src/a+b.ts"]],
    [["src/../a.log"], ["a.log"]],
  ] as const) {
    it(`${JSON.stringify(lines)} leaves out ${JSON.stringify(gone)}`, () => deepEqual(left(...lines), without(...gone)));
  }
});
