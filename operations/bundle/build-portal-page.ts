import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { runProcess } from "../../processes/run-process";
import { OperationError } from "../common/operation-error";
import { BUILT_PAGE } from "../common/project-parts";

const BUILDER = "portal/build/build-page.ts";
const BUILD_SECONDS = 300;

/**
 * Builds the portal's page by the project's own program, into the folder: at the site is nothing that could.
 * @returns false where there is nothing to build: the project came from a bundle, and has the page
 * @throws OperationError
 */
export async function buildPortalPage(projectFolder: string, folder: string): Promise<boolean> {
  if (existsSync(join(projectFolder, BUILT_PAGE)) || !existsSync(join(projectFolder, BUILDER))) return false;
  const argv = [process.execPath, "--require", "tsx/cjs", BUILDER, resolve(folder)] as const;
  const { code, stderr } = await runProcess([...argv], { folder: projectFolder, timeoutSeconds: BUILD_SECONDS });
  if (code === 0) return true;
  const said = stderr.split("\n").find((line) => line.startsWith("Error: "));
  throw new OperationError("bundle", `the portal's page cannot be built: ${said ?? `exit code ${code}`}`, "npm ci, in this folder");
}
