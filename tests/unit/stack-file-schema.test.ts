import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { listStackFileKeys, renderStackFileKeys } from "../../plan/render/stack-file-keys";
import { renderStackFileSchema, stackFileSchema } from "../../plan/render/stack-file-schema";
import { readStack, type Values } from "./example-stack";

const ROOT = join(__dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const KEYS = listStackFileKeys();
/** zod's own reading of JSON Schema: no other validator is among the dependencies. */
const EDITOR = z.fromJSONSchema(stackFileSchema() as Parameters<typeof z.fromJSONSchema>[0]);

/** Pulumi.cygnus.yaml with some keys changed, as an editor has it. */
function stackFile(changes: Values): { readonly config: Values } {
  const values = { ...readStack("cygnus"), ...changes };
  return { config: Object.fromEntries(Object.entries(values).map(([key, value]) => [`ldms:${key}`, value])) };
}

/** Every map of keys in a JSON Schema, with the path to it. */
function propertiesIn(node: unknown, path = ""): [string, Readonly<Record<string, Values>>][] {
  if (typeof node !== "object" || node === null) return [];
  const { properties } = node as { readonly properties?: Readonly<Record<string, Values>> };
  const inner = Object.entries(node).flatMap(([key, value]) =>
    key === "examples" || key === "default" ? [] : propertiesIn(value, `${path}/${key}`),
  );
  return typeof properties === "object" ? [[path, properties], ...inner] : inner;
}

/** What the pages say of a stack file: indented blocks of keys, each of them a part of one. */
function blocksOfDocs(): { readonly page: string; readonly keys: Values }[] {
  return readdirSync(join(ROOT, "docs"))
    .filter((page) => page.endsWith(".md") && page !== "images.md")
    .flatMap((page) =>
      [...read(`docs/${page}`).matchAll(/(?<=\n\n)(?: {4}#.*\n)*(?: {4}ldms:.*\n(?: {4} .*\n)*(?: {4}#.*\n)*)+/g)].map(([block]) => ({
        page,
        keys: parse(block.replaceAll("[...]", "[]"), { uniqueKeys: false }) as Values,
      })),
    );
}

describe("the keys of the stack file", () => {
  it("have a description and an example each", () => {
    assert.ok(KEYS.length > 150);
    assert.deepEqual(
      KEYS.filter(({ description, example }) => !description || example === undefined).map(({ path }) => path),
      [],
    );
  });

  for (const { path, schema, example } of KEYS) it(`has an example of ${path} that is read`, () => void schema.parse(example));

  it("are written in docs/stack-file.md; UPDATE_GOLDEN=1 writes them", () => {
    const section = /(?<=<!-- keys -->\n).*?(?=<!-- end -->)/s;
    const wanted = `\n${renderStackFileKeys()}\n\n`;
    const text = read("docs/stack-file.md");
    if (process.env["UPDATE_GOLDEN"] === "1")
      writeFileSync(
        join(ROOT, "docs/stack-file.md"),
        text.replace(section, () => wanted),
      );
    assert.equal(section.exec(read("docs/stack-file.md"))?.[0], wanted);
  });

  it("have there, as YAML, the examples that they have in the code", () => {
    const cells = [...renderStackFileKeys().matchAll(/ \| `([^`]+)` \|$/gm)].map(
      ([, cell]) => parse(cell!.replaceAll("\\|", "|")) as Values,
    );
    assert.deepEqual(
      cells.map((cell) => Object.values(cell)[0]),
      KEYS.map(({ example }) => example),
    );
  });
});

describe("stackFileSchema", () => {
  it("is in stack-file.schema.json; UPDATE_GOLDEN=1 writes it", () => {
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(join(ROOT, "stack-file.schema.json"), renderStackFileSchema());
    assert.equal(read("stack-file.schema.json"), renderStackFileSchema());
  });

  for (const stack of ["cygnus", "lab"]) {
    it(`is named in the first line of Pulumi.${stack}.yaml, which it accepts`, () => {
      const text = read(`Pulumi.${stack}.yaml`);
      assert.match(text, /^# yaml-language-server: \$schema=\.\/stack-file\.schema\.json\n/);
      EDITOR.parse(parse(text));
    });
  }

  it("tells a description and an example of each key, at every depth", () => {
    const maps = propertiesIn(stackFileSchema()).filter(([path]) => path !== "" && !/\/(references|digests)$/.test(path));
    assert.ok(maps.length > 30);
    assert.deepEqual(
      maps.flatMap(([path, keys]) =>
        Object.entries(keys).flatMap(([key, { description, examples }]) => (description && examples ? [] : [`${path}/${key}`])),
      ),
      [],
    );
  });

  it("has patterns that an editor reads, with Unicode and without flags", () => {
    for (const [, pattern] of renderStackFileSchema().matchAll(/"pattern": (".*")/g)) new RegExp(JSON.parse(pattern!) as string, "u");
  });

  it("accepts what the pages have of stack files", () => {
    const blocks = blocksOfDocs();
    assert.ok(blocks.length > 8, String(blocks.length));
    const refused = blocks.flatMap(({ page, keys }) => {
      const { error } = EDITOR.safeParse({ config: { ...stackFile({}).config, ...keys } });
      return error ? [`${page}: ${Object.keys(keys).join(", ")}: ${error.message}`] : [];
    });
    assert.deepEqual(refused, []);
  });

  it("accepts each whole stack file of docs/sites.md", () => {
    const files = [...read("docs/sites.md").matchAll(/```yaml\n(config:\n[\s\S]*?)```/g)].map(([, text]) => text!);
    assert.ok(files.length > 4, String(files.length));
    assert.deepEqual(
      files.flatMap((text) => EDITOR.safeParse(parse(text)).error?.message ?? []),
      [],
    );
  });

  it("accepts secrets, those of the site too, Pulumi's own keys and other namespaces", () => {
    const { config } = stackFile({ mungeKey: { secure: "v1:a:b" }, kafkaPassword: { secure: "v1:a:b" } });
    EDITOR.parse({ encryptionsalt: "v1:a:b", config: { ...config, "docker:host": "unix:///run/docker.sock" } });
  });

  const BAD: Readonly<Record<string, Values>> = {
    "an unknown key": { host: "cygnus-[01-08]" },
    "a missing key": { xprt: undefined },
    "a word that is none of the choices": { profile: "minimum" },
    "a secret in plain text": { mungeKey: "MDEyMzQ1Njc4OWFiY2RlZg==" },
    "an encrypted key beside other ones": { mungeKey: { secure: "v1:a:b", mode: "key" } },
    "a port that is none": { ports: { ldmsd: 70000 } },
    "an unknown key in a group": { samplers: [{ hosts: "cygnus-01", plugin: [] }] },
    "a time without its unit": { samplers: [{ hosts: "cygnus-01", plugins: [{ name: "meminfo", interval: "1" }] }] },
    "a digest of an image that is none": { images: { digests: { "ldms-sampler": `sha256:${"0".repeat(64)}` } } },
    "a list where a map is meant": { munge: [{ mode: "host" }] },
  };
  for (const [what, changes] of Object.entries(BAD)) {
    it(`refuses ${what}`, () => {
      const { config } = stackFile(changes);
      const said = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
      assert.equal(EDITOR.safeParse({ config: said }).success, false);
    });
  }
});
