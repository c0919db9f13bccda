import type { BadStackFile } from "./bad-stack-files";

const A_GROUP = "must name at least one group or hostlist";
const NO_RHYTHM = { "aggregators[0].interval": undefined, "aggregators[0].offset": undefined };
const LEVEL_2 = { name: "top", level: 2, hosts: "cygnus-08", interval: "1s" };

/** Mistakes in who pulls whom, and by which listener. */
export const BAD_AGGREGATORS: readonly BadStackFile[] = [
  {
    title: "an aggregator of no level",
    changes: { "aggregators[0].level": 0 },
    says: ["  - aggregators[0].level: must be 1 or more: 0"],
  },
  {
    title: "an aggregator of too many levels",
    changes: { "aggregators[0].level": 10 },
    says: ["  - aggregators[0].level: must be 9 or less: 10"],
  },
  {
    title: "an aggregator of half a level",
    changes: { "aggregators[0].level": 1.5 },
    says: ["  - aggregators[0].level: must be a whole number: 1.5"],
  },
  {
    title: "levels with a gap between them",
    changes: { "aggregators[1].level": 3, "aggregators[2]": { ...LEVEL_2, level: 4 } },
    says: ["  - aggregators[1].level: there is no aggregator of level 2 to pull from: 3", "      help: levels go up by one"],
  },
  {
    title: "no sampler that is pulled",
    changes: { "aggregators[0].samplers": [] },
    says: [`  - aggregators[0].samplers: ${A_GROUP}: []`],
  },
  {
    title: "samplers to pull that are text",
    changes: { "aggregators[0].samplers": "samp" },
    says: ["  - aggregators[0].samplers: must be a list: `samp`"],
  },
  {
    title: "samplers to pull that are there by no name",
    changes: { "aggregators[0].samplers": ["samp", "rack9"] },
    says: [
      "  - aggregators[0].samplers[1]: is neither a group of samplers nor a hostlist of their hosts: `rack9`",
      "      help: groups are `samp`; or a hostlist of their hosts",
    ],
  },
  {
    title: "hosts to pull of which one has no sampler",
    changes: { "aggregators[0].samplers": ["cygnus-[03-05]"] },
    says: [
      "  - aggregators[0].samplers[0]: is neither a group of samplers nor a hostlist of their hosts: `cygnus-[03-05]`",
      "      help: groups are `samp`; or a hostlist of their hosts",
    ],
  },
  {
    title: "a hostlist to pull without its last bracket",
    changes: { "aggregators[0].samplers": ["cygnus-[01-04"] },
    says: ["  - aggregators[0].samplers[0]: the bracket is never closed", "      cygnus-[01-04", "             ^"],
  },
  {
    title: "an aggregator to pull that is of another level",
    changes: { "aggregators[1].aggregators": ["agg2"] },
    says: [
      "  - aggregators[1].aggregators[0]: is neither a group of aggregators of level 1 nor a hostlist of their hosts: `agg2`",
      "      help: groups are `agg1`; or a hostlist of their hosts",
    ],
  },
  {
    title: "samplers of an aggregator that pulls aggregators",
    changes: { "aggregators[1].samplers": ["samp"] },
    says: ["  - aggregators[1].samplers: is not what an aggregator of level 2 pulls", "      help: name them by `aggregators`"],
  },
  {
    title: "aggregators of one that pulls samplers",
    changes: { "aggregators[0].aggregators": ["agg2"] },
    says: ["  - aggregators[0].aggregators: is not what an aggregator of level 1 pulls", "      help: name them by `samplers`"],
  },
  {
    title: "a part of a group for a maestro that knows whole ones",
    changes: { "images.tag": "site-2026", "maestro.grammar": "A", "aggregators[0].samplers": ["cygnus-[01-02]"] },
    says: [
      "  - aggregators[0].samplers: names a part of a group, but a maestro of grammar `A` knows only whole groups",
      "      help: make the part a group of its own, or leave `maestro` out",
    ],
  },
  {
    title: "a listener at the daemon's own port",
    changes: { "samplers[0].listeners": [{ port: 411 }] },
    says: ["  - samplers[0].listeners[0].port: is taken by the daemon itself: 411", "      help: a listener has a port of its own"],
  },
  {
    title: "two listeners at one port",
    changes: { "samplers[0].listeners": [{ port: 412 }, { port: 412, xprt: "sock" }] },
    says: ["  - samplers[0].listeners[1].port: is taken by listeners[0]: 412", "      help: a listener has a port of its own"],
  },
  {
    title: "two listeners of one name",
    changes: {
      "samplers[0].listeners": [
        { name: "ib", port: 412 },
        { name: "ib", port: 413 },
      ],
    },
    says: ["  - samplers[0].listeners[1].name: is already the name of listeners[0]: `ib`"],
  },
  {
    title: "a listener at a port that another daemon has",
    changes: { "aggregators[1].listeners": [{ port: 80 }] },
    says: ["  - ui: port 80 of `cygnus-07` is taken by aggregators[1] (ldmsd)", "      help: give one of the two another port"],
  },
  {
    title: "a listener that is dialled by no name",
    changes: { "samplers[0].listeners": [{ port: 412, interconnect: "node-ib0" }] },
    says: ["  - samplers[0].listeners[0].interconnect: must be a host name around one `{host}` or `{short}`: `node-ib0`"],
  },
  {
    title: "a listener with munge in a group without",
    changes: { "samplers[0].munge": "none", "samplers[0].listeners": [{ port: 412, auth: "munge" }] },
    says: ["  - samplers[0].listeners[0].auth: the group has no munge: `munge`", "      help: leave `munge: none` of the group out"],
  },
  {
    title: "a way to daemons that do not listen there",
    changes: { "aggregators[0].via": "ib" },
    says: ["  - aggregators[0].via: is no listener of `samp`: `ib`", "      help: listeners: [{ name: ib, port: PORT }] for each of them"],
  },
  {
    title: "a way to daemons that dial themselves",
    changes: { maestro: undefined, "samplers[0].discovery": "advertise", "aggregators[0].via": "ib" },
    says: ["  - aggregators[0].via: has no effect: what it pulls dials this aggregator itself: `ib`", "      help: leave it out"],
  },
  {
    title: "a way by another network, which maestro does not go",
    changes: { "samplers[0].listeners": [{ name: "ib", port: 412, interconnect: "{host}-ib0" }], "aggregators[0].via": "ib" },
    says: [
      "  - aggregators[0].via: maestro dials a daemon by the stack's `interconnect`, not by that of its listener: `ib`",
      "      help: leave `maestro` out: then each aggregator has it in its own file",
    ],
  },
  {
    title: "an aggregator without an interval",
    changes: { "aggregators[0].interval": undefined },
    says: ["  - aggregators[0].interval: is missing", "      help: or `updaters`, each with an `interval`"],
  },
  {
    title: "an interval beside updaters, and a mode",
    changes: { "aggregators[0].updaters": [{ interval: "1s" }], "aggregators[0].offset": undefined, "aggregators[0].mode": "push" },
    says: [
      "  - aggregators[0].interval: belongs in each entry of `updaters`: `1s`",
      "      help: leave it out here",
      "  - aggregators[0].mode: belongs in each entry of `updaters`: `push`",
      "      help: leave it out here",
    ],
  },
  {
    title: "no updater",
    changes: { "aggregators[0].updaters": [] },
    says: ["  - aggregators[0].updaters: must have at least one updater: []"],
  },
  {
    title: "an updater that never runs",
    changes: { ...NO_RHYTHM, "aggregators[0].updaters": [{ interval: "0s" }] },
    says: ["  - aggregators[0].updaters[0].interval: must be more than 0: `0s`"],
  },
  {
    title: "an updater's offset of more than half its interval",
    changes: { ...NO_RHYTHM, "aggregators[0].updaters": [{ interval: "1s", offset: "600ms" }] },
    says: ["  - aggregators[0].updaters[0].offset: must be at most half of the interval of 1s: `600ms`"],
  },
  {
    title: "an updater that takes what another one has",
    changes: {
      maestro: undefined,
      ...NO_RHYTHM,
      "aggregators[0].updaters": [{ interval: "1s" }, { interval: "60s", sets: [{ schema: "vmstat" }] }],
    },
    says: [
      "  - aggregators[0].updaters[0].sets: takes every set, also those of the other updaters: each would be pulled twice",
      "      help: sets: [{ schema: NAME }]",
    ],
  },
  {
    title: "several updaters for a maestro that does not select sets",
    changes: { ...NO_RHYTHM, "aggregators[0].updaters": [{ interval: "1s", sets: [{ schema: "meminfo" }] }] },
    says: [
      "  - aggregators[0].updaters[0].sets: maestro does not select sets: every set would be pulled",
      "      help: leave `maestro` out: then each aggregator has it in its own file",
    ],
  },
  {
    title: "sets by two things at once",
    changes: { ...NO_RHYTHM, "aggregators[0].updaters": [{ interval: "1s", sets: [{ regex: "^mem", schema: "meminfo" }] }] },
    says: [
      '  - aggregators[0].updaters[0].sets[0]: must have one of `regex`, `schema` and `instance`: {"regex":"^mem","field":"inst","schema":"meminfo"}',
    ],
  },
  {
    title: "a key of an updater that is there by no name",
    changes: { ...NO_RHYTHM, "aggregators[0].updaters": [{ interval: "1s", ofset: "1ms" }] },
    says: ["  - aggregators[0].updaters[0]: unknown key `ofset`; did you mean `offset`?"],
  },
  {
    title: "no daemon on a host",
    changes: { "aggregators[0].perHost": 0 },
    says: ["  - aggregators[0].perHost: must be 1 to 64: 0"],
  },
  {
    title: "several daemons on a host that store in one folder, and a dsosd",
    changes: { "aggregators[1].perHost": 2, "aggregators[1].daemons": undefined },
    says: [
      "  - aggregators[1].stores[0]: would be one folder for all daemons of a host",
      "      help: store on the next level, which pulls them, or leave `perHost` out",
      "  - aggregators[1].dsosd: there is one on a host, not one for each of 2 daemons",
      "      help: leave `perHost` out",
    ],
  },
  {
    title: "several daemons on a host that sample",
    changes: {
      "aggregators[0].perHost": 2,
      "aggregators[0].plugins": [{ name: "meminfo", interval: "1s" }],
      "aggregators[0].daemons": undefined,
    },
    says: [
      "  - aggregators[0].plugins: would give the sets of 2 daemons of a host the same names",
      "      help: give the hosts a group of `samplers`",
    ],
  },
  {
    title: "ports that are counted up to none",
    changes: { "aggregators[0].perHost": 3, "aggregators[0].port": 65534, "aggregators[0].daemons": undefined },
    says: ["  - aggregators[0].perHost: needs ports up to 65536: 3", "      help: begin at a lower `port`"],
  },
  {
    title: "names of daemons for hosts with several of them each",
    changes: { "aggregators[0].perHost": 2 },
    says: ["  - aggregators[0].daemons: must be as many names as there are daemons (4): 2"],
  },
  {
    title: "several daemons on a host for a maestro of grammar A",
    changes: { "images.tag": "site-2026", "maestro.grammar": "A", "aggregators[0].perHost": 2, "aggregators[0].daemons": undefined },
    says: ["  - aggregators[0].perHost: is not known to a maestro of grammar `A`: 2", "      help: leave it out, or `maestro`"],
  },
  {
    title: "another daemon at a port that is counted up",
    changes: {
      "aggregators[0].perHost": 2,
      "aggregators[0].daemons": undefined,
      "aggregators[2]": { name: "top", level: 2, hosts: "cygnus-05", port: 412, interval: "1s" },
    },
    says: [
      "  - aggregators[2]: port 412 of `cygnus-05` is taken by aggregators[0] (ldmsd)",
      "      help: give one of the two another port",
    ],
  },
  {
    title: "a way of discovery that is there by no name",
    changes: { "samplers[0].discovery": "advertize" },
    says: ["  - samplers[0].discovery: must be `dial` or `advertise`: `advertize`", "      help: did you mean `advertise`?"],
  },
  {
    title: "advertised samplers, which a maestro leaves out when they come later",
    changes: { "samplers[0].discovery": "advertise" },
    says: [
      "  - samplers[0].discovery: maestro never starts a daemon that advertises after it has looked: `advertise`",
      "      help: leave `maestro` out, or have `advertise` and `prdcr_listen` in a `maestro.configFile`",
    ],
  },
  {
    title: "samplers without munge that dial an aggregator which wants it",
    changes: { maestro: undefined, "samplers[0].discovery": "advertise", "samplers[0].munge": "none" },
    says: ["  - samplers[0].munge: advertises to `agg1`, which accepts only munge: `none`", "      help: leave `munge` of the group out"],
  },
  {
    title: "an aggregator that waits for daemons that dial nobody",
    changes: { "aggregators[0].type": "passive" },
    says: [
      "  - aggregators[0].type: waits for `samp`, which do not dial: `passive`",
      "      help: discovery: advertise for each of them; or leave `type` out, and it dials them",
    ],
  },
  {
    title: "advertised samplers that are asked for a stream by names that they do not have",
    changes: { maestro: undefined, "samplers[0].discovery": "advertise", "aggregators[0].subscribe": [{ stream: "s", regex: "^samp" }] },
    says: [
      "  - aggregators[0].subscribe[0].regex: is compared with HOSTNAME:PORT, not with the plan's names, for daemons that advertise (`samp`): `^samp`",
      "      help: leave it out: then all of them are asked",
    ],
  },
  {
    title: "advertised samplers of an ldmsd that knows nothing of it, nor does their aggregator's",
    changes: { maestro: undefined, "samplers[0].discovery": "advertise", "images.tag": "4.4.4" },
    says: [
      "  - samplers[0].discovery: the ldmsd of `images.tag` 4.4.4 cannot dial an aggregator: `advertise`",
      "      help: take images of 4.4.5 or later",
      "  - aggregators[0]: the ldmsd of `images.tag` 4.4.4 accepts no daemon that advertises",
      "      help: take images of 4.4.5 or later",
    ],
  },
  {
    title: "an aggregator's own image that knows nothing of advertised samplers",
    changes: {
      maestro: undefined,
      "samplers[0].discovery": "advertise",
      "aggregators[0].image": "reg.site/ldms-agg:4.4.0",
    },
    says: [
      "  - aggregators[0]: the ldmsd of `image` reg.site/ldms-agg:4.4.0 accepts no daemon that advertises",
      "      help: take images of 4.4.5 or later",
    ],
  },
  {
    title: "advertised samplers that the stack does not start",
    changes: { maestro: undefined, "samplers[0].discovery": "advertise", "samplers[0].external": true, "samplers[0].container": undefined },
    says: ["  - samplers[0].discovery: is for daemons that the stack starts: `advertise`", "      help: leave it out, or `external`"],
  },
];
