import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { BadInputError } from "../../plan/problems/errors";
import { liesIn } from "../../plan/text/host-path";
import { showBriefly } from "../../plan/text/text";
import { runPipe } from "../common/pipe";
import { BUILT_PAGE, PROJECT_PARTS } from "../common/project-parts";
import { buildPortalPage } from "./build-portal-page";
import { TAR, ZSTD } from "./pack-words";

/** People read these; a site has them where they are. */
const DOCUMENTS = ["README.md", "CHANGELOG.md", "LICENSE", "docs", "package-lock.json"];
const MODULES = "node_modules";
/** Of a policy pack that stands alone; and, for people who develop, links to the programs of packages, and what can be made anew. */
const LEFT_OUT = [`policies/${MODULES}`, `${MODULES}/.bin`, `${MODULES}/.cache`];
/** The same links of packages within packages, for `tar` and for this program. */
const NESTED_BIN = { pattern: `${MODULES}/*/${MODULES}/.bin`, form: /^node_modules\/.*\/node_modules\/\.bin\// };

/** What may stand at the top of a bundle's project besides the files that the stack file names. */
export const PROJECT_TOP: ReadonlySet<string> = new Set([...PROJECT_PARTS, ...DOCUMENTS, MODULES]);

/**
 * The project with what it runs on, by name and not all of its folder: keys and state of a site lie there too.
 * @param ownFiles that the stack file names, inside of the project
 * @throws BadInputError where something in it is a link: what it leads to is not at the site, or is nobody's business there
 */
export async function packProject(projectFolder: string, ownFiles: readonly string[], to: string): Promise<void> {
  const parts = [...PROJECT_PARTS, ...DOCUMENTS, ...ownFiles].filter((part) => existsSync(join(projectFolder, part)));
  const modules = realpathSync(join(projectFolder, MODULES));
  if (basename(modules) !== MODULES)
    throw BadInputError.of("bundle", `node_modules is a link to a folder of another name: \`${modules}\``, "npm ci, in this folder");
  const leftOut = [...LEFT_OUT, ...developmentModules(modules)];
  refuseOthers([...parts.map((part) => findOthers(projectFolder, part)), findOthers(dirname(modules), MODULES)].flat(), leftOut);

  const page = `${to}.page`;
  const built = (await buildPortalPage(projectFolder, join(page, BUILT_PAGE))) ? ["--directory", page, BUILT_PAGE] : [];
  const excluded = [...leftOut, NESTED_BIN.pattern].map((path) => `--exclude=${path}`);
  // As options, so that no file's name is one.
  const added = [...new Set(parts)].map((part) => `--add-file=${part}`);
  const folders = ["--directory", projectFolder, ...added, "--directory", dirname(modules), MODULES, ...built];
  await runPipe([...TAR, "--anchored", ...excluded, ...folders], [...ZSTD, to]);
  await rm(page, { recursive: true, force: true });
}

/** Links, and what is neither file nor folder, at the path or below. */
function findOthers(folder: string, part: string): string[] {
  const isOther = (entry: { isFile(): boolean; isDirectory(): boolean }) => !entry.isFile() && !entry.isDirectory();
  const [top] = readdirSync(dirname(join(folder, part)), { withFileTypes: true }).filter(({ name }) => name === basename(part));
  if (!top || isOther(top)) return [part];
  if (top.isFile()) return [];
  return readdirSync(join(folder, part), { recursive: true, withFileTypes: true })
    .filter(isOther)
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function refuseOthers(paths: readonly string[], leftOut: readonly string[]): void {
  const taken = paths.filter((path) => !NESTED_BIN.form.test(path) && !leftOut.some((one) => liesIn(one, path)));
  if (taken.length === 0) return;
  const shown = taken.slice(0, 10).map((path) => `\`${showBriefly(path)}\``);
  const more = taken.length > shown.length ? ` and ${taken.length - shown.length} more` : "";
  throw BadInputError.of("bundle", `takes files and no links: ${shown.join(", ")}${more}`, "put the files themselves there");
}

/** By npm's own list, which says of each package what it is there for. */
function developmentModules(modules: string): string[] {
  const { packages } = JSON.parse(readFileSync(join(modules, ".package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
  };
  return Object.entries(packages).flatMap(([path, { dev }]) => (dev ? [path] : []));
}
