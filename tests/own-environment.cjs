// Loaded before every test: what the caller's shell says of passphrases, backends, stacks and colors, and a git hook of its repository, is not the tests' business.
for (const name of Object.keys(process.env)) {
  if (/^(PULUMI_|GIT_|LDMS_(SWEEP|LEFT_OUT)$|(NO|FORCE)_COLOR$|CLICOLOR)/.test(name)) delete process.env[name];
}
// Hosts that tests make are soon gone; those on kept connections ask for them.
process.env.LDMS_KEEP = "off";
process.env.PULUMI_SKIP_UPDATE_CHECK = "true";
