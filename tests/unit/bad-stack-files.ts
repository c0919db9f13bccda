/** Changes by path below `ldms:`, as the messages write them; undefined takes the key away. */
export type Changes = Readonly<Record<string, unknown>>;

const AGG1 = { name: "agg1", level: 1, hosts: "cygnus-[05-06]", interval: "1s" };
const STORE = { name: "sos-meminfo", plugin: "store_sos", schema: "meminfo", container: "meminfo", path: "/store", hostPath: "/store" };
const PLUGIN = { name: "meminfo", interval: "1s" };

const VMSTAT = { name: "vmstat", interval: "1s" };
const JOBID = { name: "jobid", interval: "1s" };
const ANOTHER_GROUP = "      help: a second configuration of it is for another group, with another `container` and `port`";

/** One mistake, and what is said of it. */
export interface BadStackFile {
  readonly title: string;
  readonly changes: Changes;
  readonly stack?: string;
  /** All lines of the message but the first. */
  readonly says: readonly string[];
}

export const BAD_STACK_FILES: readonly BadStackFile[] = [
  {
    title: "unknown key at the top",
    changes: { intreconnect: "{host}-iw" },
    says: ["  - ldms: unknown key `intreconnect`; did you mean `interconnect`?"],
  },
  {
    title: "unknown key of a plugin, a near miss",
    changes: { "samplers[0].plugins[0].intervl": "1s" },
    says: ["  - samplers[0].plugins[0]: unknown key `intervl`; did you mean `interval`?"],
  },
  {
    title: "unknown key of nothing near",
    changes: { "maestro.replicas": 3 },
    says: ["  - maestro: unknown key `replicas`", "      help: known keys: host, grammar, configFile"],
  },
  {
    title: "unknown key in a store",
    changes: { "aggregators[1].stores[0].hostpath": "/data" },
    says: ["  - aggregators[1].stores[0]: unknown key `hostpath`; did you mean `hostPath`?"],
  },
  { title: "no transport", changes: { xprt: undefined }, says: ["  - xprt: is missing"] },
  {
    title: "unknown transport",
    changes: { xprt: "ib" },
    says: ["  - xprt: must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `ib`"],
  },
  {
    title: "unknown transport of a group",
    changes: { "samplers[0].xprt": "tcp" },
    says: ["  - samplers[0].xprt: must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `tcp`"],
  },
  { title: "port above the range", changes: { "ports.ldmsd": 70000 }, says: ["  - ports.ldmsd: must be a port of 1 to 65535: 70000"] },
  { title: "port below the range", changes: { "ports.ui": 0 }, says: ["  - ports.ui: must be a port of 1 to 65535: 0"] },
  { title: "port as text", changes: { "ports.grafana": "3000" }, says: ["  - ports.grafana: must be a number: `3000`"] },
  { title: "port with a fraction", changes: { "ports.ldmsd": 411.5 }, says: ["  - ports.ldmsd: must be a whole number: 411.5"] },
  {
    title: "unknown munge mode, a near miss",
    changes: { "munge.mode": "hosts" },
    says: ["  - munge.mode: must be `host`, `key` or `none`: `hosts`", "      help: did you mean `host`?"],
  },
  { title: "no munge mode", changes: { munge: {} }, says: ["  - munge.mode: is missing"] },
  {
    title: "key path without the mode for it",
    changes: { "munge.hostPath": "/etc/munge/munge.key" },
    says: ["  - munge.hostPath: has no effect without `mode: key`: `/etc/munge/munge.key`"],
  },
  { title: "no hosts", changes: { hosts: undefined }, says: ["  - hosts: is missing"] },
  { title: "empty hostlist", changes: { hosts: "" }, says: ["  - hosts: must name at least one host: ``"] },
  {
    title: "hosts as a YAML list",
    changes: { hosts: ["cygnus-01", "cygnus-02"] },
    says: ['  - hosts: must be a string: ["cygnus-01","cygnus-02"]'],
  },
  {
    title: "hostlist without its last bracket",
    changes: { hosts: "cygnus-[01-08" },
    says: ["  - hosts: the bracket is never closed", "      cygnus-[01-08", "             ^"],
  },
  {
    title: "hostlist with a backward range",
    changes: { "samplers[0].hosts": "cygnus-[04-01]" },
    says: ["  - samplers[0].hosts: the range runs backwards", "      cygnus-[04-01]", "              ^"],
  },
  {
    title: "hostlist padded in two ways",
    changes: { hosts: "cygnus-[1-08]" },
    says: ["  - hosts: the two ends of the range are padded differently", "      cygnus-[1-08]", "              ^"],
  },
  {
    title: "hostlist with a step",
    changes: { hosts: "cygnus-[01-08/2]" },
    says: [
      "  - hosts: not a number or a range of numbers",
      "      cygnus-[01-08/2]",
      "                   ^",
      "      help: a range has no step: write the numbers, as `nodeset -f` prints them",
    ],
  },
  {
    title: "hostlist with a shell character",
    changes: { hosts: "cygnus-[01-08];reboot" },
    says: ["  - hosts: not a character to have in a host name", "      cygnus-[01-08];reboot", "                    ^"],
  },
  {
    title: "hostlist with an option in a host's place",
    changes: { "ssh.overrides": [{ hosts: "cygnus-01,--", port: 2222 }] },
    says: ["  - ssh.overrides[0].hosts: not a character to start a host name with", "      cygnus-01,--", "                 ^"],
  },
  {
    title: "group on a host that the stack has not",
    changes: { "samplers[0].hosts": "cygnus-[01-04],cygnus-[10-11]" },
    says: ["  - samplers[0].hosts: not in `hosts`: `cygnus-[10-11]`", "      help: hosts are `cygnus-[01-08]`"],
  },
  { title: "maestro without a host", changes: { maestro: {} }, says: ["  - maestro.host: is missing"] },
  { title: "maestro with an empty host", changes: { "maestro.host": "" }, says: ["  - maestro.host: must name exactly one host: ``"] },
  {
    title: "maestro on two hosts",
    changes: { "maestro.host": "cygnus-[07-08]" },
    says: ["  - maestro.host: must name exactly one host, not 2: `cygnus-[07-08]`"],
  },
  {
    title: "ui on a host that the stack has not",
    changes: { "ui.host": "cygnus-9" },
    says: ["  - ui.host: not in `hosts`: `cygnus-9`", "      help: hosts are `cygnus-[01-08]`"],
  },
  {
    title: "grafana's host as a hostlist of one",
    changes: { "grafana.host": "cygnus-[07]" },
    says: ["  - grafana.host: must be the host's plain name, `cygnus-07`: `cygnus-[07]`"],
  },
  {
    title: "interconnect without the host",
    changes: { interconnect: "cygnus-iw" },
    says: ["  - interconnect: must be a host name around one `{host}` or `{short}`: `cygnus-iw`"],
  },
  {
    title: "interval without a unit",
    changes: { "samplers[0].plugins[0].interval": 5 },
    says: ["  - samplers[0].plugins[0].interval: must be a number with one of the units us, ms, s, m, h, d: 5"],
  },
  {
    title: "interval of an unknown unit",
    changes: { "aggregators[0].interval": "1sec" },
    says: ["  - aggregators[0].interval: must be a number with one of the units us, ms, s, m, h, d: `1sec`"],
  },
  {
    title: "interval of nothing",
    changes: { "aggregators[0].interval": "0s" },
    says: ["  - aggregators[0].interval: must be more than 0: `0s`"],
  },
  {
    title: "negative interval",
    changes: { "samplers[0].plugins[0].interval": "-1s" },
    says: ["  - samplers[0].plugins[0].interval: must be more than 0: `-1s`"],
  },
  {
    title: "offset of more than half the interval",
    changes: { "aggregators[1].offset": "600ms" },
    says: ["  - aggregators[1].offset: must be at most half of the interval of 1s: `600ms`"],
  },
  {
    title: "negative offset of more than half the interval",
    changes: { "samplers[0].plugins[0].offset": "-501ms" },
    says: ["  - samplers[0].plugins[0].offset: must be at most half of the interval of 1s: `-501ms`"],
  },
  {
    title: "negative reconnect",
    changes: { "aggregators[0].reconnect": "-1s" },
    says: ["  - aggregators[0].reconnect: must be more than 0: `-1s`"],
  },
  {
    title: "reconnect that ldmsd cannot hold",
    changes: { "aggregators[0].reconnect": "1h" },
    says: ["  - aggregators[0].reconnect: must be at most 2147s: `1h`"],
  },
  {
    title: "flush of nothing",
    changes: { "aggregators[1].stores[0].flush": "0s" },
    says: ["  - aggregators[1].stores[0].flush: must be more than 0: `0s`"],
  },
  {
    title: "no samplers",
    changes: { samplers: [] },
    says: ["  - samplers: must have at least one group of samplers, of `external: true` ones where they run already: []"],
  },
  {
    title: "sampler without plugins",
    changes: { "samplers[0].plugins": [] },
    says: ["  - samplers[0].plugins: must have at least one plugin: []"],
  },
  {
    title: "one plugin twice",
    changes: { "samplers[0].plugins": [PLUGIN, PLUGIN] },
    says: [
      "  - samplers[0].plugins[1].name: is already taken by plugins[0]: `meminfo`",
      "      help: give one of the two an `instance` of its own: `instance: meminfo-2`",
    ],
  },
  {
    title: "twice a plugin of which a daemon has one configuration",
    changes: { "samplers[0].plugins": [VMSTAT, VMSTAT] },
    says: [
      "  - samplers[0].plugins[1].name: is already taken by plugins[0]: `vmstat`",
      `${ANOTHER_GROUP}; ldmsd itself can configure it only once`,
    ],
  },
  {
    title: "twice a plugin that cannot be renamed",
    changes: { "samplers[0].plugins": [JOBID, JOBID] },
    says: [
      "  - samplers[0].plugins[1].name: is already taken by plugins[0]: `jobid`",
      `${ANOTHER_GROUP}; ldmsd itself loads it only by its own name`,
    ],
  },
  {
    title: "plugin setting that is a map",
    changes: { "samplers[0].plugins[0].config": { sets: { a: 1 } } },
    says: [
      '  - samplers[0].plugins[0].config.sets: must be a string, a number, a boolean, a list of them, or nothing for a word of its own: {"a":1}',
    ],
  },
  {
    title: "bare octal permissions",
    changes: { "samplers[0].plugins[0].config.perm": 511 },
    says: ['  - samplers[0].plugins[0].config.perm: must be octal digits in quotes, as in "0777": 511'],
  },
  {
    title: "one component id for every host",
    changes: { "samplers[0].plugins[0].config.component_id": 7 },
    says: [
      "  - samplers[0].plugins[0].config.component_id: would be the same on every host: 7",
      "      help: leave it out; `componentIds` sets a host's",
    ],
  },
  {
    title: "one name of a set, and of a producer, for every host",
    changes: { "samplers[0].plugins[0].config": { instance: "node/meminfo", producer: 7 } },
    says: [
      "  - samplers[0].plugins[0].config.instance: would be the same on every host: `node/meminfo`",
      "      help: leave it out, or have `$" + "{HOSTNAME}` in it",
      "  - samplers[0].plugins[0].config.producer: would be the same on every host: 7",
      "      help: leave it out, or have `$" + "{HOSTNAME}` in it",
    ],
  },
  {
    title: "aggregator of a third level",
    changes: { "aggregators[1].level": 3 },
    says: ["  - aggregators[1].level: there is no aggregator of level 2 to pull from: 3", "      help: levels go up by one"],
  },
  {
    title: "level 2 without a level 1",
    changes: { aggregators: [{ ...AGG1, level: 2 }] },
    says: [
      "  - aggregators[0].level: there is no aggregator of level 1 to pull from: 2",
      "      help: an aggregator that pulls from samplers is of level 1",
    ],
  },
  {
    title: "store on a level-1 aggregator without a path",
    changes: { "aggregators[0].stores": [{ ...STORE, name: "sos-l1", path: undefined }] },
    says: ["  - aggregators[0].stores[0].path: is missing"],
  },
  {
    title: "store at the root folder",
    changes: { "aggregators[1].stores[0].hostPath": "/" },
    says: ["  - aggregators[1].stores[0].hostPath: must be an absolute path other than `/`, without `:`, `.` and `..`: `/`"],
  },
  {
    title: "store in a folder above",
    changes: { "aggregators[1].stores[0].hostPath": "/store/../etc" },
    says: ["  - aggregators[1].stores[0].hostPath: must be an absolute path other than `/`, without `:`, `.` and `..`: `/store/../etc`"],
  },
  {
    title: "store in a relative folder",
    changes: { "aggregators[1].stores[0].path": "store" },
    says: ["  - aggregators[1].stores[0].path: must be an absolute path other than `/`, without `:`, `.` and `..`: `store`"],
  },
  {
    title: "two stores of one name",
    changes: { "aggregators[1].stores": [STORE, { ...STORE, schema: "vmstat" }] },
    says: ["  - aggregators[1].stores[1].name: is already the name of aggregators[1].stores[0]: `sos-meminfo`"],
  },
  {
    title: "one schema twice in one container",
    changes: { "aggregators[1].stores": [STORE, { ...STORE, name: "again" }] },
    says: [
      "  - aggregators[1].stores[1]: stores schema `meminfo` in container `meminfo` as aggregators[1].stores[0] does: every row twice",
    ],
  },
  {
    title: "two host folders in one place",
    changes: { "aggregators[1].stores": [STORE, { ...STORE, name: "vm", schema: "vmstat", hostPath: "/data" }] },
    says: ["  - aggregators[1].stores[1].hostPath: another folder of the host is at `/store` by aggregators[1].stores[0]: `/data`"],
  },
  {
    title: "one container at two places for dsosd",
    changes: { "aggregators[1].stores": [STORE, { ...STORE, name: "vm", path: "/store2", hostPath: "/store2" }] },
    says: ["  - aggregators[1].dsosd: container `meminfo` is at two places: `/store/meminfo`, `/store2/meminfo`"],
  },
  {
    title: "dsosd without a container",
    changes: { "aggregators[0].dsosd": true },
    says: [
      "  - aggregators[0].dsosd: has no container to serve",
      "      help: give the aggregator a store of `store_sos`, or name `containers`",
    ],
  },
  {
    title: "dsosd of a wrong form",
    changes: { "aggregators[1].dsosd": "yes" },
    says: ["  - aggregators[1].dsosd: must be true, false or `{ containers: { NAME: PATH }, configFile: PATH }`: `yes`"],
  },
  {
    title: "an unknown key of dsosd",
    changes: { "aggregators[1].dsosd": { container: { meminfo: "/store" } } },
    says: ["  - aggregators[1].dsosd: unknown key `container`"],
  },
  {
    title: "two dsosd on a host",
    changes: {
      "aggregators[2]": { ...AGG1, name: "agg3", hosts: "cygnus-07", port: 412, dsosd: true, stores: [{ ...STORE, name: "other" }] },
    },
    says: [
      "  - aggregators[2].dsosd: container `dsosd` on `cygnus-07` is already made by aggregators[1].dsosd",
      "      help: a host runs one dsosd",
    ],
  },
  {
    title: "two sampler groups with one container on a host",
    changes: { "samplers[1]": { name: "more", hosts: "cygnus-[03-04]", plugins: [PLUGIN] } },
    says: [
      "  - samplers[1]: container `samp` on `cygnus-[03-04]` is already made by samplers[0]",
      "      help: give one of the two another `container`, and another `port`",
    ],
  },
  {
    title: "two daemons on one port of a host",
    changes: { "samplers[1]": { hosts: "cygnus-04", container: "samp2", plugins: [PLUGIN] } },
    says: ["  - samplers[1]: port 411 of `cygnus-04` is taken by samplers[0] (ldmsd)", "      help: give one of the two another port"],
  },
  {
    title: "ui on ldmsd's port",
    changes: { "ui.port": 411 },
    says: ["  - ui: port 411 of `cygnus-07` is taken by aggregators[1] (ldmsd)", "      help: give one of the two another port"],
  },
  {
    title: "grafana on the ui's port",
    changes: { "grafana.port": 80 },
    says: ["  - grafana: port 80 of `cygnus-07` is taken by ui (ui)", "      help: give one of the two another port"],
  },
  {
    title: "ldmsd on etcd's port",
    changes: { "aggregators[1].port": 2379 },
    says: ["  - maestro: port 2379 of `cygnus-07` is taken by aggregators[1] (ldmsd)", "      help: give one of the two another port"],
  },
  {
    title: "ldmsd on rpcbind's port beside dsosd",
    changes: { "aggregators[1].port": 111 },
    says: [
      "  - aggregators[1].dsosd: port 111 of `cygnus-07` is taken by aggregators[1] (ldmsd)",
      "      help: give one of the two another port",
    ],
  },
  {
    title: "owned option -x",
    changes: { "samplers[0].options": ["-v", "INFO", "-x", "sock:10000"] },
    says: [
      "  - samplers[0].options[2]: is written by the plan: `-x`",
      "      help: set `xprt` and `port`, and `listeners` for further ones",
    ],
  },
  {
    title: "owned option with its value joined",
    changes: { "aggregators[0].options": ["-xsock:10000"] },
    says: [
      "  - aggregators[0].options[0]: is written by the plan: `-xsock:10000`",
      "      help: set `xprt` and `port`, and `listeners` for further ones",
    ],
  },
  {
    title: "owned option behind a flag",
    changes: { "samplers[0].options": ["-Fa", "none"] },
    says: ["  - samplers[0].options[0]: is written by the plan: `-Fa`", "      help: set `auth`, or `munge`"],
  },
  {
    title: "owned long option",
    changes: { "samplers[0].options": ["--default_auth=none"] },
    says: ["  - samplers[0].options[0]: is written by the plan: `--default_auth=none`", "      help: set `auth`, or `munge`"],
  },
  {
    title: "owned option of the ui",
    changes: { "ui.options": ["--http-socket=:8080"] },
    says: ["  - ui.options[0]: is written by the plan: `--http-socket=:8080`", "      help: set `address` and `port`"],
  },
  {
    title: "owned option of grafana",
    changes: { "grafana.options": ["cfg:server.http_port=3001"] },
    says: ["  - grafana.options[0]: is written by the plan: `cfg:server.http_port=3001`", "      help: set `address` and `port`"],
  },
  {
    title: "own configuration file by grafana's option",
    changes: { "grafana.options": ["--config=/etc/my.ini"] },
    says: ["  - grafana.options[0]: is written by the plan: `--config=/etc/my.ini`", "      help: set `configFile`"],
  },
  {
    title: "two hosts without a number",
    changes: { hosts: "cygnus-[01-08],login,admin", "samplers[0].hosts": "cygnus-[01-04],login,admin" },
    says: [
      "  - componentIds: a host of an ldmsd has a name that ends in no number: `admin,login`",
      '      help: ldms:componentIds: { "login,admin": 8-9 }',
    ],
  },
  {
    title: "two hosts of one component id",
    changes: { hosts: "cygnus-[01-08],nid01", "samplers[0].hosts": "cygnus-[01-04],nid01" },
    says: ["  - componentIds: hosts of ldmsd share the component id 1: `cygnus-01,nid01`", '      help: ldms:componentIds: { "nid01": 8 }'],
  },
  {
    title: "component id of a stranger",
    changes: { componentIds: { "cygnus-99": 5 } },
    says: ["  - componentIds: not in `hosts`: `cygnus-99`", "      help: hosts are `cygnus-[01-08]`"],
  },
  {
    title: "negative component id",
    changes: { componentIds: { "cygnus-01": -1 } },
    says: ["  - componentIds.cygnus-01: must be 0 or more: -1"],
  },
  {
    title: "fewer names of daemons than hosts",
    changes: { "aggregators[0].daemons": "agg-11" },
    says: ["  - aggregators[0].daemons: must be as many names as there are hosts (2): 1"],
  },
  {
    title: "two groups of one name",
    changes: { "aggregators[2]": { ...AGG1, hosts: "cygnus-05", container: "agg3", port: 412, daemons: "agg-11" } },
    says: ["  - aggregators[2]: daemon `agg-11` is also one of aggregators[0]", "      help: give one of the two groups another `name`"],
  },
  {
    title: "addresses fewer than hosts",
    changes: { "ssh.address": "198.18.0.[11-17]" },
    says: ["  - ssh.address: must be as many as the hosts, 8: 7"],
  },
  {
    title: "two local machines",
    changes: { "ssh.overrides": [{ hosts: "cygnus-[07-08]", local: true }] },
    says: ["  - ssh.overrides[0].local: only one host can be the machine itself, not 2"],
  },
  {
    title: "ssh option for a user",
    changes: { "ssh.user": "-oProxyCommand=id" },
    says: ["  - ssh.user: must be a user name: `-oProxyCommand=id`"],
  },
  {
    title: "ssh option for a login node",
    changes: { "ssh.jump": "-oProxyCommand=id" },
    says: ["  - ssh.jump: must be `[user@]host[:port]`, several as a list: `-oProxyCommand=id`"],
  },
  {
    title: "registry with a scheme",
    changes: { "images.registry": "https://reg.site" },
    says: ["  - images.registry: must be `host[:port]` of a registry, without a scheme or a path: `https://reg.site`"],
  },
  {
    title: "unknown image",
    changes: { "images.digests": { "ldms-sampler": "sha256:00" } },
    says: [
      "  - images.digests: unknown key `ldms-sampler`",
      "      help: known keys: ldms-samp, ldms-agg, ldms-maestro, ldms-ui, ldms-grafana",
    ],
  },
  {
    title: "short digest",
    changes: { "images.digests": { "ldms-samp": "sha256:00" } },
    says: ["  - images.digests.ldms-samp: must be `sha256:` and 64 hexadecimal digits: `sha256:00`"],
  },
  {
    title: "unknown source of images",
    changes: { "images.source": "registy" },
    says: ["  - images.source: must be `registry`, `build` or `archive`: `registy`", "      help: did you mean `registry`?"],
  },
  {
    title: "images not pinned where that is asked",
    changes: { "images.pin": "required" },
    says: [
      "  - images.digests: must have the digest of each image with `pin: required`; missing: `ldms-samp`, `ldms-agg`, `ldms-maestro`, `ldms-ui`, `ldms-grafana`",
      '      help: images: { digests: { ldms-samp: "sha256:…" } }',
    ],
  },
  {
    title: "unknown method, a near miss",
    changes: { method: "fanout" },
    says: ["  - method: must be `docker` or `fan-out`: `fanout`", "      help: did you mean `fan-out`?"],
  },
  {
    title: "a head that is no host of the stack",
    changes: { fanOut: { head: "login1" } },
    says: ["  - fanOut.head: not in `hosts`: `login1`", "      help: hosts are `cygnus-[01-08]`"],
  },
  {
    title: "a batch of a malformed size",
    changes: { fanOut: { serial: [1, "5 %"] } },
    says: ["  - fanOut.serial[1]: must be a number of hosts, or a share of them like `5%`: `5 %`"],
  },
  {
    title: "a share above all",
    changes: { fanOut: { maxFail: "150%" } },
    says: ["  - fanOut.maxFail: must be a number of hosts, or a share of them like `5%`: `150%`"],
  },
  {
    title: "a window of nothing",
    changes: { fanOut: { window: 0 } },
    says: ["  - fanOut.window: must be 1 to 1024 hosts at once: 0"],
  },
  {
    title: "fewer than no kept connections",
    changes: { fanOut: { keep: -1 } },
    says: ["  - fanOut.keep: must be 0 to 10000 connections: -1"],
  },
  {
    title: "a batch of no host",
    changes: { fanOut: { serial: [0] } },
    says: ["  - fanOut.serial[0]: must be 1 or more: 0"],
  },
  {
    title: "a time-out without a unit",
    changes: { fanOut: { hostTimeout: "90" } },
    says: ["  - fanOut.hostTimeout: must be a whole number with one of the units s, m, h: `90`"],
  },
  {
    title: "heads that share hosts, are two at once, and leave none to the first",
    changes: {
      fanOut: {
        head: "cygnus-08",
        heads: [
          { host: "cygnus-06", hosts: "cygnus-[01-05]" },
          { host: "cygnus-06", hosts: "cygnus-[05-07]" },
          { host: "cygnus-08", hosts: "cygnus-08" },
        ],
      },
    },
    says: [
      "  - fanOut.heads[1].host: is a head already: `cygnus-06`",
      "  - fanOut.heads[2].host: is a head already: `cygnus-08`",
      "  - fanOut.heads[1].hosts: have a head already: `cygnus-05`",
      "  - fanOut.heads: must leave a host to `fanOut.head`",
    ],
  },
  {
    title: "a wait before a pull that leaves no time for it",
    changes: { fanOut: { pulls: { jitter: "6m" } } },
    says: ["  - fanOut.pulls.jitter: must be at most half of `hostTimeout`, 10m: `6m`"],
  },
  {
    title: "no pulls at all",
    changes: { fanOut: { pulls: { limit: 0 } } },
    says: ["  - fanOut.pulls.limit: must be 1 to 1024 hosts at once: 0"],
  },
  {
    title: "two mirrors of one host, and a mirror for a stranger",
    changes: {
      "images.mirrors": [
        { hosts: "cygnus-[01-03]", registry: "rack1:5000" },
        { hosts: "cygnus-[03-04],cygnus-09", registry: "rack2:5000" },
      ],
    },
    says: [
      "  - images.mirrors[1].hosts: not in `hosts`: `cygnus-09`",
      "      help: hosts are `cygnus-[01-08]`",
      "  - images.mirrors[1].hosts: have a mirror already: `cygnus-03`",
    ],
  },
  {
    title: "a key exchange that is an option",
    changes: { "ssh.kexAlgorithms": "curve25519 -o ProxyCommand=x" },
    says: ["  - ssh.kexAlgorithms: must be OpenSSH's names of key exchanges, divided by commas: `curve25519 -o ProxyCommand=x`"],
  },
  {
    title: "waiver of no rule, near one",
    changes: { waivers: [{ rule: "not-privilegd", reason: "until the move", until: "2027-03-31" }] },
    says: ["  - waivers[0].rule: is no rule: `not-privilegd`", "      help: did you mean `not-privileged`?"],
  },
  {
    title: "waiver that can never match",
    changes: {
      waivers: [{ rule: "one-munge-realm", hosts: "cygnus-01", containers: ["samp"], reason: "until the move", until: "2027-03-31" }],
    },
    says: [
      "  - waivers[0].hosts: must be left out: `one-munge-realm` is not about single hosts",
      "  - waivers[0].containers: must be left out: `one-munge-realm` is not about single containers",
    ],
  },
  {
    title: "waiver without a reason, until no day",
    changes: { waivers: [{ rule: "not-privileged", reason: "x", until: "2027-02-30" }] },
    says: ["  - waivers[0].reason: must say why, in some words: `x`", "  - waivers[0].until: must be a day, as 2027-03-31: `2027-02-30`"],
  },
  {
    title: "waiver without an end",
    changes: { waivers: [{ rule: "not-privileged", reason: "until the move" }] },
    says: ["  - waivers[0].until: is missing"],
  },
  { title: "negative tolerance", changes: { tolerate: -1 }, says: ["  - tolerate: must be 0 or more: -1"] },
  { title: "empty section", changes: { ports: null }, says: ["  - ports: is empty"] },
  {
    title: "container with a name too short",
    changes: { "samplers[0].container": "s" },
    says: ["  - samplers[0].container: must be a container's name: two or more of letters, digits, `_`, `.` and `-`: `s`"],
  },
  {
    title: "stack name that is a way up",
    changes: {},
    stack: "..",
    says: ["  - stack: must be up to 100 letters, digits, `_`, `.` and `-`: `..`"],
  },
];
