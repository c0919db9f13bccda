import { type HostileInput, testRefusals } from "./hostile-input";
import { PREVIEWED } from "./site-program";

function row(title: string, replaced: HostileInput["replaced"], path: string, shown: string): HostileInput {
  const says = `  - ${path}: must not have control characters: \`${shown}`.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return { title, replaced: replaced!, says: new RegExp(`^Pulumi\\.cygnus\\.yaml is not valid:\\n(.*\\n)*${says}`) };
}

const PLUGIN_CONFIG = 'config: { perm: "0777" }';
const IMAGES = "namespace: ovishpc, tag: 4.5.3";
const MAESTRO = "ldms:maestro: { host: cygnus-07 }";
const STORE = "name: sos-meminfo";

testRefusals("stack file", [
  row("a transport of two lines", { "ldms:xprt: rdma": String.raw`ldms:xprt: "sock\nrdma"` }, "xprt", String.raw`sock\nrdma`),
  row("a munge mode of two lines", { "mode: host": String.raw`mode: "host\n"` }, "munge.mode", String.raw`host\n`),
  row("an image's tag that colours the terminal", { [IMAGES]: String.raw`tag: "4.5.3\e[31m"` }, "images.tag", String.raw`4.5.3\u001b[31m`),
  row(
    "a namespace that goes back to the line's begin",
    { [IMAGES]: String.raw`namespace: "ovishpc\rx"` },
    "images.namespace",
    String.raw`ovishpc\rx`,
  ),
  row("a folder that ends early for C", { [IMAGES]: String.raw`ovis: "ovis\0/etc"` }, "images.ovis", String.raw`ovis\u0000/etc`),
  row(
    "an archive whose name is shown backwards",
    { [IMAGES]: String.raw`archive: "a\u202erat."` },
    "images.archive",
    String.raw`a\u202erat.`,
  ),
  row(
    "a file name with a bell",
    { [MAESTRO]: String.raw`ldms:maestro: { host: cygnus-07, configFile: "a\ab" }` },
    "maestro.configFile",
    String.raw`a\u0007b`,
  ),
  row("an interconnect of two lines", { '"{host}-iw"': String.raw`"{host}-iw\nx"` }, "interconnect", String.raw`{host}-iw\nx`),
  row(
    "a command behind a plugin's setting",
    { [PLUGIN_CONFIG]: String.raw`config: { ifaces: "lo\nload name=x" }` },
    "samplers[0].plugins[0].config.ifaces",
    String.raw`lo\nload name=x`,
  ),
  row(
    "a line of Unicode's in a plugin's setting",
    { [PLUGIN_CONFIG]: String.raw`config: { ifaces: "lo\u2028x" }` },
    "samplers[0].plugins[0].config.ifaces",
    String.raw`lo\u2028x`,
  ),
  row(
    "a command in a setting's name",
    { [PLUGIN_CONFIG]: String.raw`config: { "a\nload name": x }` },
    String.raw`samplers[0].plugins[0].config.a\nload name`,
    String.raw`a\nload name`,
  ),
  row(
    "a store's name with a one-character escape",
    { [STORE]: String.raw`name: "sos\x9b31m"` },
    "aggregators[1].stores[0].name",
    String.raw`sos\u009b31m`,
  ),
  row(
    "a container of SOS with a tab",
    { "container: meminfo": String.raw`container: "mem\tinfo"` },
    "aggregators[1].stores[0].container",
    String.raw`mem\tinfo`,
  ),
  row(
    "a pattern of two lines",
    { "offset: 200ms": String.raw`offset: 200ms, sets: [{ regex: "a\nstrgp_add name=x" }]` },
    "aggregators[0].sets[0].regex",
    String.raw`a\nstrgp_add name=x`,
  ),
  row(
    "a served container with a line in its name",
    { "dsosd: true": String.raw`dsosd: { containers: { "a\nb": /store/a } }` },
    String.raw`aggregators[1].dsosd.containers.a\nb`,
    String.raw`a\nb`,
  ),
  row(
    "a component id of a host of two lines",
    { 'ldms:interconnect: "{host}-iw"': String.raw`ldms:componentIds: { "cygnus-01\nx": 1 }` },
    String.raw`componentIds.cygnus-01\nx`,
    String.raw`cygnus-01\nx`,
  ),
  row("a folded text that ends with its line", { "ldms:xprt: rdma": "ldms:xprt: >\n    rdma" }, "xprt", String.raw`rdma\n`),
  row(
    "a waiver's reason that forges lines of a report",
    { [MAESTRO]: String.raw`ldms:waivers: [{ rule: not-privileged, reason: "0 findings\n  - nothing", until: "2026-12-31" }]` },
    "waivers[0].reason",
    String.raw`0 findings\n  - nothing`,
  ),
  {
    title: "an unknown key that steers the terminal",
    replaced: { "ldms:xprt: rdma": String.raw`"ldms:xp\e[2Jrt": rdma` },
    says: /^Pulumi\.cygnus\.yaml is not valid:\n(.*\n)* {2}- ldms: unknown key `xp\\u001b\[2Jrt`/,
  },
  {
    title: "every control character at once, and what else is wrong",
    replaced: { "ldms:xprt: rdma": String.raw`ldms:xprt: "rd\nma"`, "ui: 80": "ui: 99999", "mode: host": String.raw`mode: "h\rost"` },
    says: /- xprt: must not .*\n.*\n {2}- munge\.mode: must not .*\n.*\n {2}- ports\.ui: must be a port/,
  },
  {
    ...PREVIEWED,
    title: "a waiver for ever",
    replaced: { [MAESTRO]: 'ldms:waivers: [{ rule: not-privileged, reason: "we like it so", until: "9999-12-31" }]' },
    says: /the waiver of `not-privileged` would end on 9999-12-31, more than a year from today: we like it so \(waiver-within-a-year\)\n +help: set its `until` in the stack file to [0-9]{4}-[0-9]{2}-[0-9]{2} or earlier\n/,
  },
  {
    ...PREVIEWED,
    title: "a waiver of two days more than a year",
    replaced: { [MAESTRO]: `ldms:waivers: [{ rule: not-privileged, reason: "we like it so", until: "${dayAfter(367)}" }]` },
    says: /more than a year from today: we like it so \(waiver-within-a-year\)\n/,
  },
]);

function dayAfter(days: number): string {
  return new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
}
