/** Which resources an operation may touch: `--target` and `--exclude`, URNs in which `*` stands for anything but a colon and `**` for anything. */
export class TargetFilter {
  private readonly targets: readonly RegExp[];
  private readonly excluded: readonly RegExp[];
  /** Targets without a wild card: each must be there. */
  readonly literals: readonly string[];

  constructor(targets: readonly string[], excludes: readonly string[]) {
    this.literals = targets.filter((target) => !target.includes("*"));
    this.targets = targets.map(globToRegExp);
    this.excluded = excludes.map(globToRegExp);
  }

  get hasTargets(): boolean {
    return this.targets.length > 0;
  }

  includes(urn: string): boolean {
    if (this.targets.length > 0 && !this.targets.some((target) => target.test(urn))) return false;
    return !this.excludes(urn);
  }

  excludes(urn: string): boolean {
    return this.excluded.some((exclude) => exclude.test(urn));
  }
}

function globToRegExp(glob: string): RegExp {
  const parts = glob.split(/(\*\*|\*)/).map((part) => {
    if (part === "**") return ".*";
    return part === "*" ? "[^:]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}
