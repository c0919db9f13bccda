import type { Command } from "commander";
import { renderStackFileSchema } from "../plan/render/stack-file-schema";

export function addSchemaCommand(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of a stack file, by which an editor checks it, completes its keys and explains them")
    .addHelpText(
      "after",
      "\nExample:\n  ldms schema > stack-file.schema.json\n\nFirst line of a stack file:\n  # yaml-language-server: $schema=./stack-file.schema.json",
    )
    .action(() => {
      process.stdout.write(renderStackFileSchema());
    });
}
