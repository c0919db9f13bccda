import type { SourceName } from "../model/source-names";
import { shellLine } from "../text/shell";
import { filesOfFeatures } from "./ovis-features";

/** Where everything is installed; paths in the binaries say so. */
export const PREFIX = "/opt/ovis";

/** Options that the build itself sets; a stack's own come after and win. */
const OWN_OPTIONS: Readonly<Partial<Record<SourceName, readonly string[]>>> = {
  sos: [`--prefix=${PREFIX}`],
  ovis: [`--prefix=${PREFIX}`],
  numsos: [`--prefix=${PREFIX}`, `--with-sos=${PREFIX}`, "PYTHON=python3"],
  "sosdb-ui": [`--prefix=${PREFIX}/ui`],
  "sosdb-grafana": [`--prefix=${PREFIX}/ui`],
};

/**
 * The commands of upstream's scripts for one part, run in the folder of its source.
 *
 * @see ldms-containers, scripts/build-ovis-binaries.sh and scripts/build-dsosds.sh
 */
export function renderBuildScript(name: SourceName, options: readonly string[]): string {
  const checks = name === "ovis" ? renderFeatureChecks(options) : [];
  return [...HEAD, ...buildLines(name, options), ...SETTLE, ...checks, ""].join("\n");
}

const HEAD = [
  "set -eux",
  // What an earlier part has installed, whatever the version of Python.
  `for folder in ${PREFIX}/lib/python3*/*-packages; do PYTHONPATH="$folder\${PYTHONPATH:+:$PYTHONPATH}"; done`,
  "export PYTHONPATH",
];

function buildLines(name: SourceName, options: readonly string[]): readonly string[] {
  // The packages that maestro imports come with its image; pip is to fetch nothing.
  if (name === "maestro")
    return [`PIP_BREAK_SYSTEM_PACKAGES=1 pip3 install --no-deps --no-build-isolation --no-compile --prefix ${PREFIX} .`];
  if (name === "dsosds") {
    // Upstream's repository has the plugin bundled. npm would look up all the tools of its developers, even to leave them out.
    return [
      "if [ -e package.json ] && [ ! -e dist/module.js ]; then npm install --cache /tmp/npm --omit=dev --no-audit --no-fund; rm -rf /tmp/npm; fi",
      `mkdir -p ${PREFIX}/dsosds`,
      `cp -R . ${PREFIX}/dsosds/`,
    ];
  }
  return [
    // Where there is no .git, configure takes the commit from here.
    ...(name === "ovis" ? ['[ -e SHA.txt ] || echo "$COMMIT" >SHA.txt'] : []),
    "./autogen.sh",
    "mkdir -p build",
    "cd build",
    shellLine(["../configure", ...(OWN_OPTIONS[name] ?? []), ...options]),
    'make -j"$(nproc)"',
    "make install",
  ];
}

/** Debian's Python installs below `local`. */
const SETTLE = [`if [ -d ${PREFIX}/local ]; then cp -R ${PREFIX}/local/. ${PREFIX}/; rm -rf ${PREFIX}/local; fi`];

function renderFeatureChecks(options: readonly string[]): readonly string[] {
  const checks = filesOfFeatures(options).map(([option, files]) => `check ${shellLine([option])} ${files}`);
  return [
    `{ set +x; } 2>/dev/null`,
    `cd ${PREFIX}`,
    "lacking=",
    'check() { option=$1; shift; for file in "$@"; do [ ! -e "$file" ] || return 0; done; lacking="$lacking',
    '  - $option: there is no $*"; }',
    ...checks,
    '[ -z "$lacking" ] || {',
    '  echo "ovis: configure left out what was asked for:$lacking" >&2',
    '  echo "help: a library is missing in ldms-dev (see config.log and the lines of configure above), or take the option out" >&2',
    "  exit 1",
    "}",
  ];
}
