// Loaded before every test: what the caller's shell says of passphrases, backends and stacks is not the tests' business.
for (const name of Object.keys(process.env)) if (name.startsWith("PULUMI_")) delete process.env[name];
process.env.PULUMI_SKIP_UPDATE_CHECK = "true";
