const LEFT_OUT = "`-NAME` leaves a host out: `node[1-10],-node5`";

/** Forms of ClusterShell and pdsh that a list of names has not, by where they stand, each with what to write instead. */
const REMEDIES = {
  start: {
    "@": "a group is no host: `ldms hosts import FILE` prints the hosts of genders' and ClusterShell's groups",
    "^": "a file is no host: `ldms hosts import FILE` prints the hosts that it names",
    "!": LEFT_OUT,
  },
  name: { "!": LEFT_OUT },
  range: { "/": "a range has no step: write the numbers, as `nodeset -f` prints them", "!": LEFT_OUT },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** @param character the one that cannot be read */
export function remedyFor(character: string | undefined, place: keyof typeof REMEDIES): string | undefined {
  const remedies: Readonly<Record<string, string>> = REMEDIES[place];
  return remedies[character ?? ""];
}

/** `cn[1-4]` for `cn1-cn4`, which pdsh takes for one name and people for four. */
export function rangeMeantBy(name: string): string | undefined {
  const [, head = "", low = "", tail = "", high = ""] = /^(.*[^0-9])([0-9]+)([^0-9]*)-\1([0-9]+)\3$/.exec(name) ?? [];
  return head === "" ? undefined : `${head}[${low}-${high}]${tail}`;
}
