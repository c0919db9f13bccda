import { chmodSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HostileInput, testRefusals } from "./hostile-input";

const GOOD: Readonly<Record<string, string>> = { "-s": "a", "--hosts": "c[1-8]" };
const quoted = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
/** Nothing else is said. */
const exactly = (...lines: readonly string[]) => new RegExp(`^${quoted(lines.join("\n"))}\n$`);

type Rest = Pick<HostileInput, "prepare" | "environment">;

/** `ldms init` of a good stack with these options. @param lines of the error, below its first one */
function refused(title: string, options: Readonly<Record<string, string>>, lines: readonly string[], rest: Rest = {}): HostileInput {
  const words = Object.entries({ ...GOOD, ...options }).flat();
  return { title, argv: ["init", ...words, "--no-pin"], says: exactly("the command line is not valid:", ...lines), ...rest };
}

/** The same, of which something else than the options is wrong. */
function inTheWay(title: string, options: Readonly<Record<string, string>>, lines: readonly string[], rest: Rest): HostileInput {
  return { ...refused(title, options, []), says: exactly(...lines), ...rest };
}

/** A file of the folder `home`. */
const inHome =
  (file: string, text: string, mode = 0o600) =>
  (folder: string) => {
    writeFileSync(join(folder, "home", file), text);
    chmodSync(join(folder, "home", file), mode);
  };
const PASSPHRASE_FILE = { "--passphrase-file": "../home/pass" };

testRefusals("init", [
  {
    title: "nothing at all, and no terminal to ask on",
    argv: ["init"],
    says: exactly(
      "the command line is not valid:",
      "  - --stack: is missing",
      "      help: give `-s mycluster`",
      "  - --hosts: is missing",
      "      help: give `--hosts 'cygnus-[01-08]'`",
      "  - --yes: is missing",
      "      help: --yes keeps the ssh keys that the hosts give; --no-pin asks no host",
    ),
  },
  refused("a stack that is there", { "-s": "cygnus" }, [
    "  - --stack: `Pulumi.cygnus.yaml` exists already, and is not overwritten",
    "      help: take another name, or first: mv Pulumi.cygnus.yaml Pulumi.cygnus.yaml.old",
  ]),
  refused("a name that leads elsewhere", { "-s": "../elsewhere/a" }, [
    "  - --stack: must be up to 100 letters, digits, `_`, `.` and `-`: `../elsewhere/a`",
  ]),
  refused("a name that is an option", { "-s": "-x" }, ["  - --stack: must not begin with `-`: `-x`"]),
  refused("a name that steers the terminal", { "-s": "a\u001b[2J" }, [
    "  - --stack: must be up to 100 letters, digits, `_`, `.` and `-`: `a\\u001b[2J`",
  ]),
  refused("a name that is a folder", { "-s": ".." }, ["  - --stack: must be up to 100 letters, digits, `_`, `.` and `-`: `..`"]),
  refused("hosts that nobody can read", { "--hosts": "c[1-8" }, ["  - --hosts: the bracket is never closed", "      c[1-8", "       ^"]),
  refused("a host that is a command", { "--hosts": "c1;id" }, [
    "  - --hosts: not a character to have in a host name",
    "      c1;id",
    "        ^",
  ]),
  refused("aggregators of another cluster", { "--aggregators": "d9" }, [
    "  - --aggregators: not in `hosts`: `d9`",
    "      help: hosts are `c[1-8]`",
  ]),
  refused("a sampler that is a path", { "--plugins": "../meminfo" }, [
    "  - --plugins: must be names of plugins, divided by commas: `../meminfo`",
  ]),
  refused("a sampler that upstream has not", { "--plugins": "memnfo" }, [
    "  - --plugins: is no sampler of upstream's: `memnfo`",
    "      help: did you mean `meminfo`? for one of your own, write `own: true`",
  ]),
  refused("a kind of store that there is not", { "--store": "__proto__" }, ["  - --store: must be `sos` or `csv`: `__proto__`"]),
  refused("a folder of the store upwards", { "--store-path": "/store/../etc" }, [
    "  - --store-path: must be an absolute path other than `/`, without `:`, `.` and `..`: `/store/../etc`",
  ]),
  refused("a folder of the store of two lines", { "--store-path": "/store\n/etc" }, [
    "  - --store-path: must not have control characters: `/store\\n/etc`",
    "      help: write it on one line; in YAML, `>-` and `|-` leave the end of the last line out",
  ]),
  refused("another transport", { "--xprt": "tcp" }, [
    "  - --xprt: must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `tcp`",
  ]),
  refused("an authentication that is nearly one", { "--auth": "mung" }, [
    "  - --auth: must be `munge`, `munge-key`, `ovis` or `none`: `mung`",
    "      help: did you mean `munge`?",
  ]),
  refused("images from nowhere", { "--images": "docker" }, ["  - --images: must be `registry`, `build` or `archive`: `docker`"]),
  refused("archives that are not there", { "--images": "archive", "--archive": "none" }, [
    "  - --archive: there is no such file or folder: `none`",
    "  - --archive: no image `ldms-samp` in the archives",
    "      help: docker save ovishpc/ldms-samp > ovishpc-ldms-samp.tar",
    "  - --archive: no image `ldms-agg` in the archives",
    "      help: docker save ovishpc/ldms-agg > ovishpc-ldms-agg.tar",
  ]),
  refused("a registry that is a page", { "--registry": "https://reg.site/" }, [
    "  - --registry: must be `host[:port]` of a registry, without a scheme or a path: `https://reg.site/`",
  ]),
  refused("a login that is an option", { "--ssh-user": "-oProxyCommand=id" }, ["  - --ssh-user: must be a user name: `-oProxyCommand=id`"]),
  refused("a login node that is an option", { "--ssh-jump": "-oProxyCommand=id" }, [
    "  - --ssh-jump: must be `[user@]host[:port]`, several as a list: `-oProxyCommand=id`",
  ]),
  refused("a port of ssh that is none", { "--ssh-port": "0" }, ["  - --ssh-port: must be a port of 1 to 65535: 0"]),
  refused("a key that is not there", { "--ssh-key": "/nowhere/id" }, [
    "  - --ssh-key: cannot be read: `/nowhere/id` (ENOENT)",
    "      help: name the private key that logs in to the hosts, or leave it out to use the agent's",
  ]),
  refused("a key that never ends", { "--ssh-key": "/dev/zero" }, [
    "  - --ssh-key: is no private key: `/dev/zero`",
    "      help: name the private key that logs in to the hosts, or leave it out to use the agent's",
  ]),
  refused("a key that is a folder", { "--ssh-key": "/etc" }, [
    "  - --ssh-key: is no private key: `/etc`",
    "      help: name the private key that logs in to the hosts, or leave it out to use the agent's",
  ]),
  refused("a method that is nearly one", { "--method": "fanout" }, [
    "  - --method: must be `docker` or `fan-out`: `fanout`",
    "      help: did you mean `fan-out`?",
  ]),
  refused("a passphrase that would be committed", { "--passphrase-file": "passphrase" }, [
    "  - --passphrase-file: lies in the project's folder, and could go into its repository: `passphrase`",
    "      help: name a file elsewhere",
  ]),
  {
    title: "a passphrase that would be committed, of a stack that is made from files",
    argv: ["init", "-s", "a", "--from", "ldms_cfg.yaml", "--passphrase-file", "passphrase"],
    says: exactly(
      "the command line is not valid:",
      "  - --passphrase-file: lies in the project's folder, and could go into its repository: `passphrase`",
      "      help: name a file elsewhere",
    ),
  },
  {
    title: "a decomposition that is not there yet, of a stack that is made from files",
    argv: ["init", "-s", "a", "--from", "agg.conf"],
    prepare: (folder) =>
      writeFileSync(
        join(folder, "site/agg.conf"),
        [
          "prdcr_add name=n1 host=n1 xprt=sock port=411\nprdcr_start name=n1\nupdtr_add name=u interval=1s\nupdtr_start name=u",
          "load name=store_csv\nconfig name=store_csv path=/csv",
          "strgp_add name=k plugin=store_csv container=c schema=meminfo decomposition=/etc/ldms/decomp.json\nstrgp_start name=k\n",
        ].join("\n"),
      ),
    says: /^Pulumi\.a\.yaml is not valid:\n {2}- aggregators\[0\]\.stores\[0\]\.decomposition: there is no such file yet: `decomp\.json`\n {6}help: copy \/etc\/ldms\/decomp\.json to \/.*\/site\/decomp\.json\n$/,
  },
  refused(
    "a passphrase in two places",
    PASSPHRASE_FILE,
    ["  - --passphrase-file: PULUMI_CONFIG_PASSPHRASE is set, and comes first", "      help: unset it, or leave the option out"],
    { environment: { PULUMI_CONFIG_PASSPHRASE: "p" } },
  ),
  refused("several of these", { "-s": "a b", "--xprt": "tcp", "--ssh-key": "/nowhere/id" }, [
    "  - --stack: must be up to 100 letters, digits, `_`, `.` and `-`: `a b`",
    "  - --xprt: must be `sock`, `rdma`, `ugni`, `fabric` or `fabric.PROVIDER[@DOMAIN]`: `tcp`",
    "  - --ssh-key: cannot be read: `/nowhere/id` (ENOENT)",
    "      help: name the private key that logs in to the hosts, or leave it out to use the agent's",
  ]),
  {
    ...refused("a passphrase that others may read", PASSPHRASE_FILE, [], { prepare: inHome("pass", "p\n", 0o644) }),
    says: /^\/.*\/home\/pass: holds a passphrase, and others may read it: mode 0644\nhelp: chmod 600 \/.*\/home\/pass\n$/,
  },
  {
    ...refused("a passphrase that is empty", PASSPHRASE_FILE, [], { prepare: inHome("pass", "\n") }),
    says: /^\/.*\/home\/pass: is to hold a passphrase, and is empty\nhelp: write one there, or remove the file\n$/,
  },
  inTheWay(
    "a passphrase's file that the environment names and nobody made",
    {},
    ["PULUMI_CONFIG_PASSPHRASE_FILE: cannot be read: `/nowhere/pass` (ENOENT)", "help: name the file with the stack's passphrase"],
    { environment: { PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere/pass" } },
  ),
  {
    ...refused("a passphrase that is a link to nothing", PASSPHRASE_FILE, [], {
      prepare: (folder) => symlinkSync("/nowhere/pass", join(folder, "home/pass")),
    }),
    says: /^\/.*\/home\/pass: is a link to nothing\nhelp: remove it: rm \/.*\/home\/pass\n$/,
  },
  {
    ...refused("a passphrase that nobody can make", { "--passphrase-file": "/proc/none/pass" }, []),
    says: /^\/proc\/none\/pass: cannot be made \(ENOENT\)\nhelp: give `--passphrase-file FILE`, or set XDG_CONFIG_HOME\n$/,
  },
  refused(
    "a stack file that is a link to nothing",
    { "-s": "dead" },
    [
      "  - --stack: `Pulumi.dead.yaml` exists already, and is not overwritten",
      "      help: take another name, or first: mv Pulumi.dead.yaml Pulumi.dead.yaml.old",
    ],
    { prepare: (folder) => symlinkSync("/nowhere/stack", join(folder, "site/Pulumi.dead.yaml")) },
  ),
  {
    ...refused("a project of another runtime", {}, [], {
      prepare: (folder) => writeFileSync(join(folder, "site/Pulumi.yaml"), "name: web\nruntime: python\n"),
    }),
    says: /^\/.*\/site\/Pulumi\.yaml: is the project of another program: runtime `python`\nhelp: begin in a folder that is not below \/.*\/site, or move that file away\n$/,
  },
  {
    ...refused("a project of another program", {}, [], {
      prepare: (folder) => {
        writeFileSync(join(folder, "site/Pulumi.yaml"), "name: web\nruntime: nodejs\nmain: web.js\n");
        writeFileSync(join(folder, "site/web.js"), "exports.url = 1;\n");
      },
    }),
    says: /^\/.*\/site\/Pulumi\.yaml: is the project of another program: `web\.js`\nhelp: begin in a folder that is not below \/.*\/site, or move that file away\n$/,
  },
  {
    ...refused("a folder whose programs are modules", {}, [], {
      prepare: (folder) => {
        rmSync(join(folder, "site/Pulumi.yaml"));
        writeFileSync(join(folder, "site/package.json"), '{ "type": "module" }');
      },
    }),
    says: /^\/.*\/site\/package\.json: has `"type": "module"`, with which `index\.js` of a project of ldms does not run\nhelp: begin in an empty folder, or take that line out\n$/,
  },
  {
    ...refused("a program that is a link to nothing", {}, [], {
      prepare: (folder) => {
        rmSync(join(folder, "site/Pulumi.yaml"));
        symlinkSync("/nowhere/program", join(folder, "site/index.js"));
      },
    }),
    says: /^\/.*\/site\/index\.js: is a link to nothing\nhelp: remove it: rm \/.*\/site\/index\.js\n$/,
  },
  {
    ...refused("a program of somebody's in a folder without a project", {}, [], {
      prepare: (folder) => {
        rmSync(join(folder, "site/Pulumi.yaml"));
        writeFileSync(join(folder, "site/index.js"), "");
      },
    }),
    says: /^\/.*\/site\/index\.js: exists already, and is not overwritten\nhelp: begin in an empty folder\n$/,
  },
  {
    title: "an option that there is not",
    argv: ["init", "--host", "c1"],
    says: /^error: unknown option '--host'\n\(Did you mean --hosts\?\)\n/,
  },
  { title: "a word too many", argv: ["init", "mycluster"], says: /^error: too many arguments for 'init'\./ },
]);
