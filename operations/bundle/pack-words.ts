export const ZSTD = ["zstd", "--quiet", "--force", "-T0", "-o"] as const;
/** The same content gives the same file; a file of several names is a file each. */
export const TAR = [
  ...["tar", "--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"],
  ...["--hard-dereference", "--create", "--file=-"],
] as const;
