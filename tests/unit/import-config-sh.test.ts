// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are references of bash.
import assert from "node:assert/strict";
import { Images } from "../../plan/config/images";
import { importConfigSh } from "../../plan/config-sh/import";
import { ConfigError } from "../../plan/problems/errors";

const COMMIT = "70ea2017de535bdb42bce3174c442280183efd08";
const START = "OVIS_REPO=https://g.example/ovis\nSOS_REPO=https://g.example/sos\nMAESTRO_REPO=https://g.example/maestro\n";
const imported = (text: string) => importConfigSh("config.sh", START + text);
const sourceOf = (text: string, name: string) => (imported(text).images["sources"] as Record<string, unknown>)[name];

/** Lines of the problems found, with those of START left out. */
function problemsOf(text: string): readonly string[] {
  try {
    imported(text);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
  return [];
}

describe("importConfigSh", () => {
  it("reads what upstream's config.sh has (ovis-hpc/ldms-containers): comments, references, arrays over lines with comments in them, inner quotes", () => {
    const text = `#!/bin/bash
OVIS=ovis # output
OVIS_BRANCH=${COMMIT}
SOS_BRANCH=SOS-6
PREFIX=/opt/ovis
BUILD_CONT=ldms-cont-ovis-build
SOS_OPTIONS=(
	CFLAGS=\\"-O2 -g\\"
)
OVIS_OPTIONS=(
	--enable-python
	# stores
	--enable-sos --with-sos=\${PREFIX}   # here
	--with-kafka=yes

	CFLAGS=\\"-O2\\"
)
PREFIX_UI=\${PREFIX}/ui
NUMSOS_REPO="https://g.example/numsos"
NUMSOS_OPTIONS=()
#SOSDBUI_REPO=https://g.example/ui
DSOSDS=dsosds
DSOSDS_REPO='https://g.example/dsosds'
export BUILD_TAG=4.3.11
`;
    const { images, notes } = imported(text);
    assert.deepEqual(images, {
      source: "build",
      tag: "4.3.11",
      ovis: "ovis",
      dsosds: "dsosds",
      sources: {
        maestro: { repo: "https://g.example/maestro" },
        sos: { repo: "https://g.example/sos", branch: "SOS-6", options: ["CFLAGS=-O2 -g"] },
        ovis: {
          repo: "https://g.example/ovis",
          branch: COMMIT,
          options: ["--enable-python", "--enable-sos", "--with-sos=/opt/ovis", "--with-kafka=yes", "CFLAGS=-O2"],
        },
        numsos: { repo: "https://g.example/numsos", options: [] },
        "sosdb-ui": { repo: "" },
        "sosdb-grafana": { repo: "" },
        dsosds: { repo: "https://g.example/dsosds" },
      },
    });
    assert.deepEqual(notes, ["BUILD_CONT (line 9): no container has a fixed name"]);
    assert.equal(Images.safeParse(images).success, true);
  });

  it("leaves a tag that only a shell can tell to be set by hand, with its line", () => {
    const { images, notes } = imported(
      'ARCH=$(uname -m)\ncase "${ARCH}" in\n\tx86_64 )\n\t\tARCH=amd64\n\t\t;;\nesac\nexport BUILD_TAG=4.4.4-${ARCH}\n',
    );
    assert.equal("tag" in images, false);
    assert.equal(notes[0], "BUILD_TAG (line 10) depends on a condition: set `tag` by hand");
  });

  it("takes the last of several assignments, and adds with +=", () => {
    assert.deepEqual(sourceOf("SOS_BRANCH=a\nSOS_BRANCH=b\nSOS_OPTIONS=(-a)\nSOS_OPTIONS+=(-b)\n", "sos"), {
      repo: "https://g.example/sos",
      branch: "b",
      options: ["-a", "-b"],
    });
  });

  it("does not expand what single quotes protect", () => {
    assert.deepEqual(problemsOf("SOS_OPTIONS=('CFLAGS=\"$X\"')\n"), ["line 4: `SOS_OPTIONS` depends on `X`"]);
  });

  const bad: readonly (readonly [string, string])[] = [
    ["source other.sh\n", "line 4: is neither an assignment nor a comment: `source other.sh`"],
    ["SOS_BRANCH=$(git rev-parse HEAD)\n", "line 4: `SOS_BRANCH` depends on a command's output"],
    ["SOS_BRANCH=`cat x`\n", "line 4: `SOS_BRANCH` depends on a command's output"],
    ["SOS_BRANCH=${B:-main}\n", "line 4: `SOS_BRANCH` depends on `${B:-main}`"],
    ["SOS_BRANCH=${B}\n", "line 4: `SOS_BRANCH` depends on `B`, which the file does not set"],
    ["\nif true; then SOS_BRANCH=x; fi\n", "line 5: `SOS_BRANCH` depends on a condition"],
    ["SOS_OPTIONS=(\n-a\n", "line 4: opens an array that is never closed"],
    ["SOS_OPTIONS=( <(x) )\n", "line 4: has `<` in an array"],
    ["SOS_BRANCH=a; rm -rf /\n", "line 4: has more than an assignment: `SOS_BRANCH=a; rm -rf /`"],
    ['SOS_BRANCH="a\n', 'line 4: `SOS_BRANCH` depends on a quote `"` that the line does not close'],
    ["PREFIX=/usr\n", "line 4: `PREFIX` can only be `/opt/ovis`: `/usr`"],
    ["OVIS_REPO=\n", "line 4: `OVIS_REPO` names no repository"],
    ["if x\nthen\n", "line 4: opens a block that is never closed"],
  ];
  for (const [text, problem] of bad) {
    it(`names the line of \`${text.trim().split("\n")[0]}\``, () => assert.equal(problemsOf(text)[0], problem));
  }

  it("tells every problem at once", () => {
    assert.equal(problemsOf("eval x\nSOS_BRANCH=$(x)\nPREFIX=/usr\n").length, 3);
  });
});
