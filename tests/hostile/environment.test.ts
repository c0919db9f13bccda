import { testRefusals } from "./hostile-input";

testRefusals("environment", [
  {
    title: "the passphrase's file is not there",
    environment: { PULUMI_CONFIG_PASSPHRASE_FILE: "/nonexistent" },
    says: /^PULUMI_CONFIG_PASSPHRASE_FILE: cannot be read: `\/nonexistent` \(ENOENT\)\nhelp: /,
  },
]);
