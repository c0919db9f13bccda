import { type HostileInput, testRefusals } from "./hostile-input";

const NO_CONTROLS = "must not have control characters";
const NOT_FOR_SSH = "must be a path without quotes, `\\`, `%` and `$`, which ssh would read otherwise";
const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function row(title: string, replaced: Readonly<Record<string, string>>, path: string, message: string): HostileInput {
  return {
    title,
    replaced,
    says: new RegExp(`^Pulumi\\.cygnus\\.yaml is not valid:\\n(.*\\n)*  - ${quoted(path)}: ${quoted(message)}: \``),
  };
}

const ssh = (settings: string) => ({ "ldms:ssh: { user: root }": `ldms:ssh: { ${settings} }` });
const fanOut = (settings: string) => ({ "ldms:ssh:": `ldms:fanOut: { head: cygnus-08, ${settings} }\n  ldms:ssh:` });

testRefusals("hosts", [
  row(
    "a key that writes a ProxyCommand into the ssh config",
    ssh(String.raw`key: "id\"\n  ProxyCommand touch /tmp/ran\n  #"`),
    "ssh.key",
    NO_CONTROLS,
  ),
  row("a key that ends its quotes", ssh(String.raw`key: "id\" \"/etc/shadow"`), "ssh.key", NOT_FOR_SSH),
  row("a key that ssh fills in", ssh('key: "keys/%h"'), "ssh.key", NOT_FOR_SSH),
  row("a key that ssh takes from the environment", ssh('key: "$HOME/id"'), "ssh.key", NOT_FOR_SSH),
  row("pinned keys of two lines", ssh(String.raw`knownHosts: "known\nStrictHostKeyChecking no"`), "ssh.knownHosts", NO_CONTROLS),
  row("pinned keys that end their quotes", ssh(String.raw`knownHosts: "known\" /dev/null"`), "ssh.knownHosts", NOT_FOR_SSH),
  row(
    "a host's own key of two lines",
    ssh(String.raw`overrides: [{ hosts: cygnus-01, key: "a\nb" }]`),
    "ssh.overrides[0].key",
    NO_CONTROLS,
  ),
  row("a user with an option of ssh", ssh(String.raw`user: "root\n  ProxyCommand x"`), "ssh.user", NO_CONTROLS),
  row("a user who is an option", ssh('user: "-oProxyCommand=x"'), "ssh.user", "must be a user name"),
  row("a login node of two lines", ssh(String.raw`jump: "login\n  ProxyCommand x"`), "ssh.jump", NO_CONTROLS),
  row("a login node that is an option", ssh('jump: "-oProxyCommand=x"'), "ssh.jump", "must be `[user@]host[:port]`, several as a list"),
  row("key exchanges of two lines", ssh(String.raw`kexAlgorithms: "a\nProxyCommand x"`), "ssh.kexAlgorithms", NO_CONTROLS),
  row("addresses on several lines", ssh(String.raw`address: "198.18.0.[11-17],\n198.18.0.18"`), "ssh.address", NO_CONTROLS),
  row("hosts with a line's end", { "ldms:hosts: cygnus-[01-08]": String.raw`ldms:hosts: "cygnus-[01-08]\n"` }, "hosts", NO_CONTROLS),
  row("hosts with an escape", { "ldms:hosts: cygnus-[01-08]": String.raw`ldms:hosts: "cygnus-[01-08],\e[2Jx"` }, "hosts", NO_CONTROLS),
  row(
    "a service's host of two lines",
    { "ldms:ui: { host: cygnus-07 }": String.raw`ldms:ui: { host: "cygnus-07\nx" }` },
    "ui.host",
    NO_CONTROLS,
  ),
  row(
    "a listening address of two lines",
    { "ldms:ui: { host: cygnus-07 }": String.raw`ldms:ui: { host: cygnus-07, address: "::1\nx" }` },
    "ui.address",
    NO_CONTROLS,
  ),
  row(
    "daemons' names on two lines",
    { 'daemons: "agg-[11-12]"': String.raw`daemons: "agg-11,\nagg-12"` },
    "aggregators[0].daemons",
    NO_CONTROLS,
  ),
  row("a head's key of two lines", fanOut(String.raw`key: "/root/id\nx"`), "fanOut.key", NO_CONTROLS),
  row("a head's key that ends its quotes", fanOut('key: "/root/id\' x"'), "fanOut.key", NOT_FOR_SSH),
  row("a head's pinned keys that ssh fills in", fanOut("knownHosts: /root/%u"), "fanOut.knownHosts", NOT_FOR_SSH),
]);
