import { readdirSync } from "node:fs";
import { findNameProblem } from "../../plan/text/stack-name";
import { findProjectFolder } from "../../stack/find-project-folder";
import { openSite } from "../stack";
import type { ProjectNames } from "./complete";

const STACK_FILE = /^Pulumi\.(.+)\.yaml$/;

/** Of the project that we are in. What cannot be read has no names: a line is being typed, and nobody would see an error. */
export const PROJECT_NAMES: ProjectNames = {
  stacks: () => {
    try {
      const names = readdirSync(findProjectFolder(process.cwd())).flatMap((name) => STACK_FILE.exec(name)?.[1] ?? []);
      // The shell writes it into the line as it is.
      return names.filter((name) => findNameProblem(name) === undefined);
    } catch {
      return [];
    }
  },
  hosts: async (stack, { hasDaemon }) => {
    try {
      const { plan } = await (await openSite(stack)).plan();
      if (!hasDaemon) return plan.hosts.map(({ name }) => name);
      return plan.daemons.filter(({ isExternal }) => !isExternal).map(({ host }) => host);
    } catch {
      return [];
    }
  },
};
