import { type HostileInput, testRefusals } from "./hostile-input";

const NO_CONTROLS = "must not have control characters";

/** What a daemon or a service is given as its arguments; as YAML's double quotes have it. */
function row(title: string, key: string, option: string, from: string, says: string): HostileInput {
  return {
    title,
    replaced: {
      [from]: `${from.replace(/ }$/, "")}${from.endsWith(" }") ? ", " : "\n      "}options: [-v, "${option}"]${from.endsWith(" }") ? " }" : ""}`,
    },
    says: new RegExp(`^Pulumi\\.cygnus\\.yaml is not valid:\\n  - ${key}\\.options\\[1\\]: ${NO_CONTROLS}: \`${says}.*\`\\n      help: `),
  };
}

const SAMPLER = "      container: samp";
const AGGREGATOR = "reconnect: 1s }";
const UI = "ldms:ui: { host: cygnus-07 }";
const GRAFANA = "ldms:grafana: { host: cygnus-07 }";

testRefusals("options", [
  row(
    "ends the here-document of a batch",
    "samplers\\[0\\]",
    String.raw`x\nLDMS_HOST\ntouch /tmp/ran\n`,
    SAMPLER,
    String.raw`x\\nLDMS_HOST\\ntouch`,
  ),
  row("ends a quoted word and a line", "samplers\\[0\\]", String.raw`'\ntouch /tmp/ran\n: '`, SAMPLER, String.raw`'\\ntouch`),
  row("ends a line as old Macs do", "samplers\\[0\\]", String.raw`x\rtouch /tmp/ran`, SAMPLER, String.raw`x\\rtouch`),
  row("ends a string of C", "samplers\\[0\\]", String.raw`-c\0/etc/shadow`, SAMPLER, String.raw`-c\\u0000/etc`),
  row("is divided by a tab", "aggregators\\[0\\]", String.raw`-v\tDEBUG`, AGGREGATOR, String.raw`-v\\tDEBUG`),
  row(
    "ends a line by Unicode's line separator",
    "aggregators\\[0\\]",
    String.raw`x\u2028load name=x`,
    AGGREGATOR,
    String.raw`x\\u2028load`,
  ),
  row("ends a paragraph", "aggregators\\[0\\]", String.raw`x\u2029load name=x`, AGGREGATOR, String.raw`x\\u2029load`),
  row("clears the terminal that shows it", "ui", String.raw`\e[2J\e[H0 problems`, UI, String.raw`\\u001b\[2J`),
  row("steers the terminal by one character", "ui", String.raw`\x9b2J`, UI, String.raw`\\u009b2J`),
  row("is shown in the other direction", "grafana", String.raw`cfg:\u202eoot.rm`, GRAFANA, String.raw`cfg:\\u202eoot`),
  row(
    "has a setting of its own behind a line's end",
    "grafana",
    String.raw`cfg:log.mode=file\n[security]`,
    GRAFANA,
    String.raw`cfg:log\.mode=file\\n`,
  ),
]);
