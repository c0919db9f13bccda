import assert from "node:assert/strict";
import { importLdms, type SiteFile } from "../../../plan/ldms-import/import-ldms";
import { ConfigError } from "../../../plan/problems/errors";
import { fixture, planImported } from "./said";

const yaml = (text: string): SiteFile => ({ name: "ldms_cfg.yaml", text });
const conf = (text: string): SiteFile => ({ name: "agg.conf", text });
const DAEMONS = "daemons: [{ names: n1, hosts: n1, endpoints: [{ names: n1-ep, ports: 411, auth: none }] }]\n";

function refusal(...files: readonly SiteFile[]): string[] {
  assert.throws(() => importLdms(files), ConfigError);
  try {
    importLdms(files);
    return [];
  } catch (error) {
    return (error as ConfigError).message.split("\n");
  }
}

/** What is told of a file that is taken. */
const told = (...files: readonly SiteFile[]) => importLdms(files).unsaid.map(({ path, message }) => `${path}: ${message}`);

describe("importLdms of files that it cannot take", () => {
  const CASES: readonly (readonly [title: string, files: readonly SiteFile[], message: readonly string[]])[] = [
    [
      "no YAML",
      [yaml("daemons: [")],
      [
        "ldms_cfg.yaml is not valid:",
        "  - line 1: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]",
      ],
    ],
    [
      "another document",
      [yaml("services: {}")],
      ["ldms_cfg.yaml is not valid:", "  - daemons: Invalid input: expected array, received undefined"],
    ],
    [
      "wrong types",
      [yaml(`${DAEMONS}samplers: 7\nstores: text`)],
      ["ldms_cfg.yaml is not valid:", "  - samplers: Invalid input: expected array, received number", "  - stores: Invalid input"],
    ],
    [
      "a bomb of aliases",
      [
        yaml(
          `a: &a [1]\n${Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [${`*${i === 0 ? "a" : `b${i - 1}`}, `.repeat(9)}]`).join("\n")}\n${DAEMONS}`,
        ),
      ],
      ["ldms_cfg.yaml is not valid:", "  - the whole: comes to more than 1000000 values"],
    ],
    [
      "a file beside an ldms_cfg.yaml",
      [yaml(DAEMONS), conf("load name=meminfo")],
      [
        "ldms_cfg.yaml is not valid:",
        "  - the file: is an ldms_cfg.yaml, which is the only file of its site",
        "      help: give it alone, or .conf files of ldmsds",
      ],
    ],
    [
      "a file of nothing",
      [conf("# nothing")],
      [
        "agg.conf is not valid:",
        "  - the whole: names no daemon that samples or pulls",
        "      help: give an ldms_cfg.yaml of maestro's, or .conf files of ldmsds",
      ],
    ],
    [
      "text that is none of ldmsd's",
      [conf("Dear administrator,\nhow are you?")],
      [
        "agg.conf is not valid:",
        "  - the whole: names no daemon that samples or pulls",
        "      help: give an ldms_cfg.yaml of maestro's, or .conf files of ldmsds",
      ],
    ],
  ];
  for (const [title, files, message] of CASES) it(`tells ${title}`, () => assert.deepEqual(refusal(...files), message));

  it("names the place of a hostlist that cannot be read", () => {
    const [, problem = ""] = refusal(yaml(DAEMONS.replace("names: n1, hosts", "names: 'n[1-', hosts")));
    assert.ok(problem.includes("daemons[0].names: hostlist: the bracket is never closed"), problem);
  });
});

describe("importLdms of hostile lines", () => {
  const SAMPLER = "load name=meminfo\nconfig name=meminfo producer=p instance=i\nstart name=meminfo interval=1s\n";

  it("puts nothing into the stack file that ends a line of ldmsd's", () => {
    const loads = `${DAEMONS}samplers: [{ daemons: n1, plugins: [{ name: meminfo, interval: 1s, config: [{ evil: "a\\nstart name=x", "na me": b, __proto: 1 }] }] }]`;
    const { imported } = planImported([yaml(loads)]);
    assert.ok(!JSON.stringify(imported.config).includes("start name=x"));
    assert.ok(imported.unsaid.some(({ message }) => message.includes("`evil` holds a blank, a tab or the end of a line")));
  });

  it("reads variables once, and no bomb of them", () => {
    const lines = Array.from({ length: 30 }, (_, i) => `env A${i + 1}=${`$\{A${i}}`.repeat(10)}`).join("\n");
    const bomb = `env A0=xxxxxxxxxx\n${lines}\n${SAMPLER.replace("producer=p", `producer=p schema=${"$"}{A30}`)}`;
    const started = Date.now();
    assert.ok(told(conf(bomb)).some((text) => text.includes("attribute `schema` has the variable")));
    assert.ok(Date.now() - started < 2000);
  });

  it("tells the commands and the regular expressions that it has no key for", () => {
    const lines = told(
      conf(
        `${SAMPLER}failover_start\ninclude path=/etc/more.conf\nprdcr_add name=a host=h1 port=1x xprt=sock\nprdcr_add name=b host=h2 port=411\nprdcr_start_regex regex=((((a+)+)+)+)+$`,
      ),
    );
    assert.ok(lines.includes("agg.conf: line 4: `failover_start` has no key in a stack file"));
    assert.ok(lines.includes("agg.conf: line 5: includes another file: `/etc/more.conf`"));
    assert.ok(lines.includes("agg.conf: line 6: producer `a` is at no known place: `h1:1x`"));
  });

  it("takes out what the plan refuses, and tells it", () => {
    const { imported } = planImported([conf(`${SAMPLER.replace("interval=1s", "interval=1s offset=900ms")}`)]);
    const texts = imported.unsaid.map(({ path, message }) => `${path}: ${message}`);
    assert.ok(
      texts.some((text) =>
        /^ldms:samplers\[0\]\.plugins\[0\]\.offset: must be at most half of the interval of 1s: `900ms`: it is left out$/.test(text),
      ),
      texts.join("\n"),
    );
  });

  it("reads a line that goes on, and transports that are variables (ovis-hpc/ldms, ldms/etc/aggregator.conf)", () => {
    const text =
      "prdcr_add name=local host=localhost type=active xprt=$" + "{LDMSD_XPRT} port=10001 \\\n\tinterval=2000000\nprdcr_start name=local\n";
    const updater = "updtr_add name=all interval=2000000 offset=1000000\nupdtr_prdcr_add name=all regex=.*\nupdtr_start name=all\n";
    const { config } = planImported([conf(text + updater)]);
    assert.deepEqual(
      config.aggregators.map(({ interval, offset, reconnect }) => [interval, offset, reconnect]),
      [["2s", "1s", "2s"]],
    );
  });

  it("tells several words of ovis (ovis-hpc/ldms, ldms/examples/cmdline-opts/sampler_cmdline_opts.conf)", () => {
    const auths = "option -a ovis -A conf=/etc/one.conf\nauth_add name=other plugin=ovis conf=/etc/two.conf\n";
    const listens = "listen xprt=sock port=10001\nlisten xprt=sock port=10002 auth=other\n";
    const text = "daemons have several words of `ovis`, `/etc/two.conf`, `/etc/one.conf`: a stack has one for all";
    assert.ok(told(conf(auths + listens + SAMPLER)).includes(`agg.conf: ${text}`));
  });

  it("reads ten thousand producers in seconds", () => {
    const producers = Array.from(
      { length: 10_000 },
      (_, i) => `prdcr_add name=n${i} host=n${i} xprt=sock port=411 type=active reconnect=1s`,
    );
    const started = Date.now();
    importLdms([
      conf(`${producers.join("\n")}\nprdcr_start_regex regex=.*\nupdtr_add name=u interval=1s\nupdtr_start name=u\n`),
      fixture("sites", "recorded", "samp.conf"),
    ]);
    assert.ok(Date.now() - started < 20_000);
  });
});

describe("importLdms of what a stack file has in another way", () => {
  const PULLS = "prdcr_add name=n1 host=n1 xprt=sock port=411\nprdcr_start name=n1\nupdtr_add name=u interval=1s\nupdtr_start name=u\n";
  const store = (name: string, plugin: string, words: string) =>
    `strgp_add name=${name} plugin=${plugin} schema=meminfo ${words}\nstrgp_start name=${name}\n`;
  const csv = (attributes: string) => `load name=store_csv\nconfig name=store_csv ${attributes}\n`;
  const unsaid = (text: string) => importLdms([conf(PULLS + text)]).unsaid;

  it("tells a store that is left out as a whole, and first of all that none is left", () => {
    const { config, unsaid: said } = importLdms([conf(PULLS + csv("path=data/csv") + store("k", "store_csv", "container=c"))]);
    assert.deepEqual((config["aggregators"] as readonly Record<string, unknown>[])[0]!["stores"], []);
    assert.deepEqual(said[0], {
      path: "ldms:aggregators",
      message: "NO STORE IS LEFT: what is pulled is kept nowhere",
      help: "what is wrong with each store is said below; put it right before `ldms up`",
    });
    assert.deepEqual(said.at(-1), {
      path: "ldms:aggregators[0].stores[0].path and 1 more",
      message: "store `k` is left out as a whole: must be an absolute path other than `/`, without `:`, `.` and `..`: `data/csv`",
      help: "put it right, and write it into `stores` by hand",
    });
  });

  it("tells nothing of stores where one is left", () => {
    const text = csv("path=/data/csv") + store("k", "store_csv", "container=c") + store("l", "store_csv", "container=../c");
    const messages = unsaid(text).map(({ message }) => message);
    assert.ok(messages.some((message) => message.startsWith("store `l` is left out as a whole: ")));
    assert.ok(!messages.some((message) => message.startsWith("NO STORE")));
  });

  it("keeps two decompositions of one file name apart", () => {
    const at = (name: string, file: string) => store(name, "store_csv", `container=${name} decomposition=${file}`);
    const text = csv("path=/data/csv") + at("a", "/etc/a/decomp.json") + at("b", "/etc/b/decomp.json") + at("c", "/etc/a/decomp.json");
    const { config, decompositions, unsaid: said } = importLdms([conf(PULLS + text)]);
    const [{ stores }] = config["aggregators"] as readonly [{ readonly stores: readonly { readonly decomposition: string }[] }];
    assert.deepEqual(
      stores.map(({ decomposition }) => decomposition),
      ["decomp.json", "decomp-2.json", "decomp.json"],
    );
    assert.deepEqual(
      decompositions.map(({ source, name }) => `${source} ${name}`),
      ["/etc/a/decomp.json decomp.json", "/etc/b/decomp.json decomp-2.json"],
    );
    assert.deepEqual(said.at(-1), {
      path: "ldms:aggregators[0].stores[1].decomposition",
      message: "the decomposition `/etc/b/decomp.json` is a file of its own, and another one has its name",
      help: "put it beside the stack file, as `decomp-2.json`",
    });
  });

  it("tells a password that stands in the stack file, and shows none", () => {
    const kafka = `load name=store_kafka\n${store("k", "store_kafka", "container=http://u:hunter2@k1:9092,u:hunter3@k2:9092")}`;
    const bad = "load name=store_sos\nconfig name=store_sos path=/sos db_password=hunter4\n";
    const said = unsaid(csv("path=/data/csv password=hunter5") + store("c", "store_csv", "container=c") + kafka + bad);
    const told = said.filter(({ message }) => message.startsWith("a password stands"));
    assert.deepEqual(
      told.map(({ path }) => path),
      ["ldms:aggregators[0].stores[0].config.password"],
    );
    assert.ok(!/hunter/.test(JSON.stringify(said)), JSON.stringify(said));
    assert.ok(said.some(({ message }) => message.includes("`http://u:***@k1:9092`")));
  });

  it("tells that names of hosts lose what they have in common at their end, and what to change", () => {
    const { config, unsaid: said } = importLdms([{ name: "agg1-prod.conf", text: PULLS.replaceAll("n1", "web1-prod") }]);
    assert.equal(config["interconnect"], "{host}-prod");
    assert.deepEqual(said.at(-1), {
      path: "ldms:hosts",
      message: '`agg1-prod` is taken for the name of `agg1` on another network: `interconnect: "{host}-prod"`',
      help: "where hosts are called so: write `-prod` behind each name of a host, and leave `interconnect` out",
    });
  });
});
