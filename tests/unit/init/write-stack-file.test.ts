import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { parse } from "yaml";
import { parseClusterConfig } from "../../../plan/checks/parse";
import { ClusterConfigSchema } from "../../../plan/config/config";
import { NAMESPACE } from "../../../plan/config/namespace";
import { writeStackFile } from "../../../plan/init/write-stack-file";
import { parseYaml } from "../../../plan/yaml/yaml";

const ROOT = join(__dirname, "../../..");

type Config = Readonly<Record<string, unknown>>;

/** What a stack file that somebody wrote by hand has below `ldms:`. */
function readStack(text: string): Config {
  const { config } = parse(text) as { readonly config: Config };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.slice(NAMESPACE.length), value]));
}

/** As Pulumi and this project read it. */
function readBack(text: string): Config {
  const { config } = parseYaml(text, "go") as { readonly config: Config };
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.slice(NAMESPACE.length), value]));
}

const STACKS = ["cygnus", "lab"].map((name) => [`Pulumi.${name}.yaml`, readFileSync(join(ROOT, `Pulumi.${name}.yaml`), "utf8")] as const);
const SITES = [...readFileSync(join(ROOT, "docs/sites.md"), "utf8").matchAll(/^## (.+)\n[\s\S]*?^```yaml\n([\s\S]*?)^```/gm)].map(
  ([, title, text]) => [`"${title}" of docs/sites.md`, text!] as const,
);

describe("writeStackFile", () => {
  it("writes the keys in the order of the schema, each below what it is for", () => {
    const text = writeStackFile({
      name: "cygnus",
      notes: ["Made from ldms_cfg.yaml of 2026."],
      config: {
        samplers: [{ hosts: "cygnus-[01-04]", plugins: [{ name: "meminfo", interval: "1s", config: { perm: "0777" } }] }],
        waivers: [{ rule: "samplers-pulled-once", reason: "agg3 stands by: for agg1", until: "2027-03-31" }],
        hosts: "cygnus-[01-08]",
        ports: { ldmsd: 411 },
        munge: undefined,
        xprt: "sock",
        mungeKey: { secure: "v1:a:b" },
      },
      encryptionsalt: "v1:c:d",
    });
    assert.equal(
      text,
      `# LDMS on the cluster cygnus. Every key: docs/stack-file.md
# Made from ldms_cfg.yaml of 2026.
encryptionsalt: v1:c:d
config:
  # Transport of the daemons: \`sock\`, \`rdma\`, \`ugni\`, \`fabric\` or \`fabric.PROVIDER[@DOMAIN]\`.
  ldms:xprt: sock
  # Ports of the services, 1 to 65535.
  ldms:ports: { ldmsd: 411 }
  # Hostlist of all hosts that the file speaks of.
  ldms:hosts: cygnus-[01-08]
  # Groups of daemons that sample.
  ldms:samplers:
    - hosts: cygnus-[01-04]
      plugins: [ { name: meminfo, interval: 1s, config: { perm: "0777" } } ]
  # Rules that may be broken until a given day.
  ldms:waivers: [ { rule: samplers-pulled-once, reason: "agg3 stands by: for agg1", until: "2027-03-31" } ]
  ldms:mungeKey: { secure: v1:a:b }
`,
    );
  });

  it("quotes a hostlist where brackets mean a list", () => {
    const text = writeStackFile({ config: { ssh: { overrides: [{ hosts: "cygnus-[01-04]", port: 2222 }] } } });
    assert.match(text, /^ {2}ldms:ssh: \{ overrides: \[ \{ hosts: "cygnus-\[01-04\]", port: 2222 \} \] \}$/m);
  });

  it("lets no text of others end its comment", () => {
    const text = writeStackFile({ notes: ["a\nconfig:\n  ldms:hosts: evil\u2028x"], config: { hosts: "a" } });
    assert.match(text, /^# a\\nconfig:\\n ldms:hosts: evil\\u2028x$/m);
    assert.deepEqual(readBack(text), { hosts: "a" });
  });

  it("keeps its lines short enough to read", () => {
    const config = readStack(readFileSync(join(ROOT, "Pulumi.cygnus.yaml"), "utf8"));
    const longest = Math.max(
      ...writeStackFile({ config })
        .split("\n")
        .map((line) => line.length),
    );
    assert.ok(longest <= 120, String(longest));
  });

  it("is tried with stack files of every kind", () => assert.ok(SITES.length > 5));

  for (const [title, yaml] of [...STACKS, ...SITES])
    it(`gives ${title} back, to the plan too`, () => {
      const config = readStack(yaml);
      const back = readBack(writeStackFile({ config }));
      assert.deepEqual(back, config);
      assert.deepEqual(parseClusterConfig("a", "Pulumi.a.yaml", back), parseClusterConfig("a", "Pulumi.a.yaml", config));
    });

  it("gives any data back", () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "0777",
        "1_000",
        "2027-03-31",
        "yes",
        "null",
        "~",
        "a: b",
        "#x",
        "a\nb",
        "\u0085",
        "\u2028",
        "\u007f",
        "cygnus-[1-8]",
      ),
      fc.string({ unit: "grapheme", minLength: 30 }),
    );
    // What the reader takes for no key of anybody's.
    const name = word.filter((text) => text !== "<<" && text !== "__proto__");
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 4 }, word, fc.integer(), fc.boolean(), fc.array(tie("value")), fc.dictionary(name, tie("value"))),
    }));
    const keys = fc.constantFrom(...Object.keys(ClusterConfigSchema.shape), "mungeKey");
    fc.assert(
      fc.property(fc.dictionary(keys, value), (config) => {
        const plain = JSON.parse(JSON.stringify(config)) as Config;
        assert.deepEqual(readBack(writeStackFile({ config: plain })), plain);
      }),
      { numRuns: 300 },
    );
  });
});
