import { symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { HostileInput } from "./hostile-input";

const REPOSITORY = resolve(__dirname, "../..");

/** What a row needs that goes as far as the plan's rules, which a preview asks: the program, and a passphrase for the state that it reads. */
export const PREVIEWED = {
  argv: ["preview", "-s", "cygnus"],
  environment: { PULUMI_CONFIG_PASSPHRASE: "hostile" },
  prepare: (folder) => {
    symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "site/node_modules"));
    writeFileSync(join(folder, "site/index.ts"), `export = require(${JSON.stringify(join(REPOSITORY, "index"))});\n`);
  },
} as const satisfies Partial<HostileInput>;
