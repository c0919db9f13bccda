import type { Command } from "commander";
import { stringify } from "yaml";
import { readForeignText } from "../operations/common/read-foreign-text";
import { importConfigSh } from "../plan/config-sh/import";
import { print, printJson } from "./io";

/** `ldms images import`. */
export function addImageImportCommand(images: Command): void {
  images
    .command("import")
    .description("read upstream's config.sh, without executing it, and print the stack config for it")
    .argument("<file>", "config.sh of ldms-containers")
    .option("--json", "`images` as JSON")
    .addHelpText("after", "\nExample:\n  ldms images import ../ldms-containers/config.sh")
    .action(runImport);
}

function runImport(file: string, { json }: { readonly json?: boolean }): void {
  const { images, notes } = importConfigSh(file, readForeignText(file, "name config.sh of ldms-containers"));
  if (json) {
    printJson({ images, notes });
    return;
  }
  const comments = notes.map((note) => `# ${note}\n`).join("");
  print(`${comments}config:\n${stringify({ "ldms:images": images }, { lineWidth: 140 }).replace(/^(?=.)/gm, "  ")}`.trimEnd());
}
