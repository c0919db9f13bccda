import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { testRefusals } from "./hostile-input";

testRefusals("environment", [
  {
    title: "the pack's settings are no JSON",
    prepare: (folder) => writeFileSync(join(folder, "site/levels.json"), "{ image-pinned"),
    argv: ["policy", "-s", "cygnus", "--policy-pack-config", "levels.json"],
    says: /^--policy-pack-config: is no JSON: `levels\.json`\nhelp: /,
  },
  {
    title: "the pack's settings are not there",
    argv: ["policy", "-s", "cygnus", "--policy-pack-config", "/nonexistent"],
    says: /^--policy-pack-config: cannot be read \(ENOENT\): `\/nonexistent`\nhelp: /,
  },
  {
    title: "the passphrase's file is not there",
    environment: { PULUMI_CONFIG_PASSPHRASE_FILE: "/nonexistent" },
    says: /^PULUMI_CONFIG_PASSPHRASE_FILE: cannot be read: `\/nonexistent` \(ENOENT\)\nhelp: /,
  },
]);
