import assert from "node:assert/strict";
import fc from "fast-check";
import { expandHostlist, foldHosts, foldInOrder, MAX_HOSTS } from "../../plan/hostlist/hostlist";
import { HostlistError } from "../../plan/problems/errors";

/** Where the tools of the field differ, the safe reading was taken; each row says what pdsh 2.34 does where it is another. */
const EXPANSIONS: readonly (readonly [text: string, names: string])[] = [
  ["cygnus-0[1-4]", "cygnus-01 cygnus-02 cygnus-03 cygnus-04"],
  ["cygnus-[01-04]", "cygnus-01 cygnus-02 cygnus-03 cygnus-04"],
  ["cygnus-0[1-2]-iw", "cygnus-01-iw cygnus-02-iw"],
  ["a[1-2]b[3-4]", "a1b3 a1b4 a2b3 a2b4"],
  // pdsh leaves the third bracket literal.
  ["x[1-2]y[1-2]z[1-2]", "x1y1z1 x1y1z2 x1y2z1 x1y2z2 x2y1z1 x2y1z2 x2y2z1 x2y2z2"],
  ["n[08-11]", "n08 n09 n10 n11"],
  ["n[9-11]", "n9 n10 n11"],
  ["n[0-2]", "n0 n1 n2"],
  // pdsh keeps the duplicates.
  ["n[1,1,2]", "n1 n2"],
  ["n2,n1,n2", "n2 n1"],
  ["n[19]", "n19"],
  ["n[1-2], m1", "n1 n2 m1"],
  [" n1 ,\tm1\n", "n1 m1"],
  ["n[1-3],-n2", "n1 n3"],
  ["-n[2-3],n[1-4]", "n1 n4"],
  ["[1-3]", "1 2 3"],
  ["n1,n01", "n1 n01"],
  ["login.site.example,n1", "login.site.example n1"],
  ["198.18.0.[11-12]", "198.18.0.11 198.18.0.12"],
  ["n[3,1-2]", "n3 n1 n2"],
  ["n[98-101]", "n98 n99 n100 n101"],
];

/** Position of the caret, and the reason. */
const MALFORMED: readonly (readonly [text: string, position: number, reason: string])[] = [
  // pdsh counts from 1 to 10 here, ClusterShell refuses.
  ["n[1-010]", 2, "the two ends of the range are padded differently"],
  ["n[01-9]", 2, "the two ends of the range are padded differently"],
  ["n[01-100]", 2, "the two ends of the range are padded differently"],
  ["n[3-1]", 2, "the range runs backwards"],
  ["n[]", 2, "a number is missing"],
  ["n[1,2,]", 6, "a number is missing"],
  ["n[,1]", 2, "a number is missing"],
  ["n[a-c]", 2, "not a number or a range of numbers"],
  // pdsh makes a host named `n[1-2` of it.
  ["n[1-2", 1, "the bracket is never closed"],
  ["n1-2]", 4, "this bracket was never opened"],
  ["n[1-2]]", 6, "this bracket was never opened"],
  ["n[[1-2]]", 2, "a bracket inside a bracket"],
  ["n[0-4/2]", 5, "not a number or a range of numbers"],
  // pdsh makes n01 n02 of it, ClusterShell n1 n2.
  ["n[ 1-2]", 2, "not a number or a range of numbers"],
  ["n[1, 2]", 4, "not a number or a range of numbers"],
  ["n[1-]", 2, "a range has the form 1-4"],
  ["n[-2]", 2, "a range has the form 1-4"],
  ["n[1-2-3]", 2, "a range has the form 1-4"],
  ["", 0, "a name is missing"],
  ["  ", 0, "a name is missing"],
  ["n1,", 3, "a name is missing"],
  ["n1,,n2", 3, "a name is missing"],
  ["-", 1, "a name is missing"],
  ["n1,-n2", 3, "the exclusion takes no name out of the list"],
  ["n1,-n1", 0, "names no host"],
  ["n1 n2", 2, "a blank inside a host name"],
  ["--n1", 1, "not a character to start a host name with"],
  [".n1", 0, "not a character to start a host name with"],
  ["root@n1", 4, "not a character to have in a host name"],
  ["ssh:n1", 3, "not a character to have in a host name"],
  ["^hosts", 0, "not a character to have in a host name"],
  ["/n/", 0, "not a character to have in a host name"],
  ["n1;reboot", 2, "not a character to have in a host name"],
  ["n$(id)", 1, "not a character to have in a host name"],
  ["n`id`", 1, "not a character to have in a host name"],
  ["n*", 1, "not a character to have in a host name"],
  ["né", 1, "not a character to have in a host name"],
  ["n[1-100001]", 2, "more than 100000 names"],
  ["n[1-1000]m[1-1000]", 0, "more than 100000 names"],
  ["n[0-99999],m1", 11, "more than 100000 names"],
  ["n[1-1000000000000000]", 2, "a bound of more than 15 digits"],
  [`${"n".repeat(300)}`, 0, "a name of more than 253 characters"],
];

function errorOf(text: string): HostlistError {
  try {
    expandHostlist(text);
  } catch (error) {
    if (error instanceof HostlistError) return error;
    throw error;
  }
  return assert.fail(`no error for ${JSON.stringify(text)}`);
}

describe("expandHostlist", () => {
  for (const [text, names] of EXPANSIONS) {
    it(`expands ${JSON.stringify(text)}`, () => assert.equal(expandHostlist(text).join(" "), names));
  }

  for (const [text, position, reason] of MALFORMED) {
    it(`refuses ${JSON.stringify(text.slice(0, 30))}`, () => {
      const error = errorOf(text);
      assert.deepEqual([error.position, error.reason], [position, reason]);
    });
  }

  it("takes as many names as the limit", () => assert.equal(expandHostlist("n[00000-99999]").length, MAX_HOSTS));

  it("puts a caret under the place", () =>
    assert.equal(errorOf("n[1-2,m1").message, "hostlist: the bracket is never closed\nn[1-2,m1\n ^"));

  it("shows only the surroundings of a place in a long list", () => {
    const text = `${Array.from({ length: 30 }, (_, i) => `n${i}`).join(",")},n?`;
    const shown = text.slice(-41);
    assert.equal(errorOf(text).message, `hostlist: not a character to have in a host name\n…${shown}\n${" ".repeat(41)}^`);
  });
});

const FOLDS: readonly (readonly [names: string, text: string])[] = [
  ["", ""],
  ["n1", "n1"],
  ["n10 n9 n08 n11 n8 n09", "n[8,08,9,09-11]"],
  ["cygnus-04 cygnus-01 cygnus-03 cygnus-02", "cygnus-[01-04]"],
  ["cygnus-01-iw cygnus-02-iw cygnus-04-iw", "cygnus-[01-02,04]-iw"],
  ["a2b4 a1b3 a1b4 a2b3", "a[1-2]b[3-4]"],
  ["r1n1 r1n2 r2n1", "r1n[1-2],r2n1"],
  ["login n2 admin n1 n1", "admin,login,n[1-2]"],
  ["n99 n100 n098", "n[098,99-100]"],
  ["1 2 3", "[1-3]"],
  // Each is one host's name, and would be refused as a range without the bracket.
  ["c0-c1 c0", "c0,c0-c[1]"],
  ["cn1.site-cn4.site", "cn1.site-cn[4].site"],
  ["n1 n01", "n[1,01]"],
  ["198.18.0.12 198.18.0.11", "198.18.0.[11-12]"],
  ["n99999999999999999998 n99999999999999999999", "n[99999999999999999998,99999999999999999999]"],
];

/** Names that share few texts, so that they fold; every padding, one to three numbers. */
const hostName = fc
  .array(fc.tuple(fc.constantFrom("n", "r", "-ib", "x-"), fc.integer({ min: 0, max: 120 }), fc.integer({ min: 1, max: 4 })), {
    minLength: 1,
    maxLength: 3,
  })
  .map((parts) => `h${parts.map(([text, number, width]) => text + String(number).padStart(width, "0")).join("")}`);
const hostNames = fc.array(hostName, { minLength: 1, maxLength: 60 });

describe("foldHosts", () => {
  for (const [names, text] of FOLDS) {
    it(`folds ${JSON.stringify(names)}`, () => assert.equal(foldHosts(names.split(" ").filter(Boolean)), text));
  }

  it("loses no name and adds none", () => {
    fc.assert(fc.property(hostNames, (names) => assert.deepEqual(expandHostlist(foldHosts(names)).sort(), [...new Set(names)].sort())));
  });

  it("is canonical: the order and the spelling of the list do not matter", () => {
    fc.assert(
      fc.property(hostNames, (names) => {
        const folded = foldHosts(names);
        assert.equal(foldHosts(names.toReversed()), folded);
        assert.equal(foldHosts(expandHostlist(folded)), folded);
      }),
    );
  });

  it("folds 100,000 names of several numbers and back", () => {
    const text = "x[1-10]c[0-9]n[0000-0999]";
    assert.equal(foldHosts(expandHostlist(text).toReversed()), text);
  });
});

describe("a list of 100,000 single names", () => {
  it("is read in one pass, not once a name", function () {
    this.timeout(20_000);
    const names = Array.from({ length: MAX_HOSTS }, (_, i) => `node-of-the-long-name-${i}`);
    assert.equal(foldHosts(expandHostlist(names.join(","))), "node-of-the-long-name-[0-99999]");
  });
});

describe("foldInOrder", () => {
  it("keeps the order of the names", () => assert.equal(foldInOrder(["n3", "n1", "n2", "m1", "n4"]), "n[3,1-2],m1,n4"));

  it("is undone by expanding, name by name", () => {
    fc.assert(fc.property(hostNames, (names) => assert.deepEqual(expandHostlist(foldInOrder(names)), [...new Set(names)])));
  });
});
