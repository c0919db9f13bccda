import type { BadStackFile } from "./bad-stack-files";

const LINES = "      help: write it on one line; in YAML, `>-` and `|-` leave the end of the last line out";
const PATH_FORM = "must be an absolute path other than `/`, without `:`, `.` and `..`";
const given = (key: string, value: unknown, ...says: readonly string[]): BadStackFile => ({
  title: `\`${key}\` of a group: ${JSON.stringify(value)}`,
  changes: { [`samplers[0].${key}`]: value },
  says,
});

/** What a group cannot be given, or not so. */
export const BAD_GIVEN: readonly BadStackFile[] = [
  given("env", { COMPID: 1 }, "  - samplers[0].env.COMPID: belongs to the plan itself: `COMPID`", "      help: set `componentIds`"),
  given(
    "env",
    { COMPONENT_ID: 1 },
    "  - samplers[0].env.COMPONENT_ID: belongs to the plan itself: `COMPONENT_ID`",
    "      help: set `componentIds`",
  ),
  given(
    "env",
    { HOSTNAME: "x" },
    "  - samplers[0].env.HOSTNAME: belongs to the plan itself: `HOSTNAME`",
    "      help: leave it out: it is the host's name",
  ),
  given(
    "env",
    { LDMSD_MEM_SZ: "1G" },
    "  - samplers[0].env.LDMSD_MEM_SZ: belongs to the plan itself: `LDMSD_MEM_SZ`",
    "      help: set `setMemory`",
  ),
  given(
    "env",
    { "A B": 1 },
    "  - samplers[0].env.A B: has a key of the wrong form: `A B`",
    "      help: it must be a variable of letters, digits and `_`",
  ),
  given("env", { A: ["x"] }, '  - samplers[0].env.A: must be a string, a number or a boolean: ["x"]'),
  given("env", { A: "x\ny" }, "  - samplers[0].env.A: must not have control characters: `x\\ny`", LINES),
  given("mounts", { "/": "/host" }, "  - samplers[0].mounts./: has a key of the wrong form: `/`", `      help: it ${PATH_FORM}`),
  given("mounts", { "a/b": "/x" }, "  - samplers[0].mounts.a/b: has a key of the wrong form: `a/b`", `      help: it ${PATH_FORM}`),
  given(
    "mounts",
    { "/a": "x" },
    "  - samplers[0].mounts./a: must be an absolute path other than `/` in the container, without `:`, `.` and `..`, or `{ path: PATH, readOnly: false }`: `x`",
  ),
  given("mounts", { "/a": { path: "/x", readonly: true } }, "  - samplers[0].mounts./a: unknown key `readonly`"),
  given(
    "mounts",
    { "/a": "/run/munge" },
    "  - samplers[0].mounts./a: conflicts with the plan's own `/run/munge`: `/run/munge`",
    "      help: choose another path in the container",
  ),
  given(
    "mounts",
    { "/a": "/etc" },
    "  - samplers[0].mounts./a: conflicts with the plan's own `/etc/ldms/ldmsd.conf`: `/etc`",
    "      help: choose another path in the container",
  ),
  given("mounts", { "/a": "/x", "/b": "/x" }, "  - samplers[0].mounts./b: is already taken by samplers[0].mounts./a: `/x`"),
  given(
    "files",
    [{ path: "/etc/ldms/health", file: "x" }],
    "  - samplers[0].files[0].path: conflicts with the plan's own `/etc/ldms/health`: `/etc/ldms/health`",
    "      help: choose another path in the container",
  ),
  given(
    "files",
    [{ path: "/x" }],
    "  - samplers[0].files[0]: must have one of `file` and `secret`: `/x`",
    "      help: `file` is a path beside the stack file, `secret` the name of one of the stack's secrets",
  ),
  given(
    "files",
    [{ path: "/x", file: "a", secret: "b" }],
    "  - samplers[0].files[0]: must have one of `file` and `secret`: `/x`",
    "      help: `file` is a path beside the stack file, `secret` the name of one of the stack's secrets",
  ),
  given(
    "files",
    [{ path: "/x", secret: "mungeKey" }],
    "  - samplers[0].files[0].secret: belongs to the plan itself: `mungeKey`",
    "      help: give the daemon a secret of its own",
  ),
  given(
    "files",
    [{ path: "/a b", file: "x" }],
    "  - samplers[0].files[0].path: must be an absolute path of letters, digits, `_`, `.`, `-` and `/`: `/a b`",
  ),
  given("files", [{ path: "a", file: "x" }], `  - samplers[0].files[0].path: ${PATH_FORM}: \`a\``),
  given("devices", ["/etc/passwd"], "  - samplers[0].devices[0]: must be a path below `/dev/`, without `:`: `/etc/passwd`"),
  given("devices", ["/dev/../etc"], `  - samplers[0].devices[0]: ${PATH_FORM}: \`/dev/../etc\``),
  given("gpus", 2, "  - samplers[0].gpus: must be `all`: 2"),
  given("mounts", { "/a/": "/x", "/a": "/y" }, "  - samplers[0].mounts./a: is the same path of the host as `/a/`: `/a`"),
  given("mounts", { "/a//b": "/x", "/a/b": "/y" }, "  - samplers[0].mounts./a/b: is the same path of the host as `/a//b`: `/a/b`"),
  given(
    "mounts",
    { "/a/./b": "/x" },
    "  - samplers[0].mounts./a/./b: has a key of the wrong form: `/a/./b`",
    `      help: it ${PATH_FORM}`,
  ),
  given("mounts", { "/a": "/x//y/", "/b": "/x/y" }, "  - samplers[0].mounts./b: is already taken by samplers[0].mounts./a: `/x/y`"),
  ...["a/../b", "a//b", "a..b", "a/Samp", "-a/b", "a/b-", "a/b:", "a/b:-1", "a:999999/b"].map((image) =>
    given("image", image, `  - samplers[0].image: must be an image reference like \`reg.site:5000/ovishpc/ldms-samp:4.5.3\`: \`${image}\``),
  ),
  given("image", `${"a".repeat(256)}:1`, `  - samplers[0].image: must have a name of at most 255 characters: \`${"a".repeat(60)}…\``),
  given("image", "Samp:1", "  - samplers[0].image: must be an image reference like `reg.site:5000/ovishpc/ldms-samp:4.5.3`: `Samp:1`"),
  given("memory", "1.5G", "  - samplers[0].memory: must be a whole number with one of the units k, M, G: `1.5G`"),
  given(
    "memory",
    "4M",
    "  - samplers[0].memory: must be more than the 6 MiB that its set memory of 4M takes: `4M`",
    "      help: leave it out: the plan takes 516M",
  ),
  ...Object.entries({
    GF_SERVER_HTTP_PORT: "set `port`",
    GF_SERVER_HTTP_ADDR: "set `address`",
    GF_PATHS_PROVISIONING: "set `dataSourcesFile` and `dashboards`",
    GF_PATHS_DATA: "leave it out: the data is in a volume",
    GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: "leave it out: the image allows the data source's plugin",
  }).map(([name, help]) => ({
    title: `${name} in Grafana's environment`,
    changes: { "grafana.env": { [name]: "x" } },
    says: [`  - grafana.env.${name}: belongs to the plan itself: \`${name}\``, `      help: ${help}`],
  })),
  {
    title: "what containers are given, of daemons that have none",
    changes: {
      "samplers[0]": { name: "samp", hosts: "cygnus-[01-04]", external: true, env: { A: 1 }, image: "site/samp:1", memory: "1G" },
    },
    says: ["env", "image", "memory"].flatMap((key) => [
      `  - samplers[0].${key}: has no effect: the stack does not start daemons with \`external: true\``,
      "      help: leave it out",
    ]),
  },
  {
    title: "the memory of an aggregator that does not hold its sets twice",
    changes: { "aggregators[0].memory": "128M" },
    says: [
      "  - aggregators[0].memory: must be more than the 128 MiB that its set memory of 64M takes: `128M`",
      "      help: leave it out: the plan takes 2688M",
    ],
  },
  {
    title: "a file of an aggregator in its store",
    changes: { "aggregators[1].files": [{ path: "/store/x", file: "x" }] },
    says: [
      "  - aggregators[1].files[0].path: conflicts with the plan's own `/store`: `/store/x`",
      "      help: choose another path in the container",
    ],
  },
  {
    title: "an image of a group by tag where digests are required",
    changes: { "images.pin": "required", "samplers[0].image": "site/samp:1" },
    says: [
      "  - samplers[0].image: must have its digest with `pin: required`: `site/samp:1`",
      "      help: image: site/samp:1@sha256:…",
      "  - images.digests: must have the digest of each image with `pin: required`; missing: `ldms-samp`, `ldms-agg`, `ldms-maestro`, `ldms-ui`, `ldms-grafana`",
      '      help: images: { digests: { ldms-samp: "sha256:…" } }',
    ],
  },
];
