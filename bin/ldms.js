#!/usr/bin/env node
const { existsSync } = require("node:fs");
const { join } = require("node:path");

// A checkout runs its sources, an installed package what was compiled from them.
if (existsSync(join(__dirname, "../cli.ts"))) {
  require("./sources");
  require("../cli");
} else {
  require("../dist/cli");
}
