import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { IMAGE_CONTENTS } from "../../plan/builds/image-contents";
import { ClusterConfigSchema } from "../../plan/config/config";
import { renderPluginTable } from "../../plan/render/plugin-table";
import { renderProfileTable } from "../../plan/render/profile-table";
import { ALL_RULES } from "../../plan/rules/all-rules";
import { renderFrameworks } from "../../plan/rules/frameworks";
import type { RuleText } from "../../plan/rules/rule";

const ROOT = join(__dirname, "../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");

function ruleRow({ name, severity, enforcement, byDesign, frameworks = [], readers, description }: RuleText): string {
  const level = byDesign ? "waived by design" : enforcement;
  return `| \`${name}\` | ${level}, ${severity} | ${readers.join(", ")} | ${renderFrameworks(frameworks)} | ${description} |`;
}

describe("the documentation", () => {
  it("lists every rule in the rule table's words; UPDATE_GOLDEN=1 writes them", () => {
    const [head = "", tail = ""] = read("docs/policies.md").split(/(?<=\n\|---\|---\|---\|---\|---\|\n)(?:\|.*\n)*/);
    const text = head + ALL_RULES.map((rule) => `${ruleRow(rule)}\n`).join("") + tail;
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(join(ROOT, "docs/policies.md"), text);
    assert.equal(read("docs/policies.md"), text);
  });

  it("has the table of the profile minimal as it is in the code; UPDATE_GOLDEN=1 writes it", () => {
    const file = join(ROOT, "docs/profile.md");
    const section = /(?<=<!-- profile -->\n).*?(?=<!-- end -->)/s;
    const wanted = `\n${renderProfileTable()}\n\n`;
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(file, readFileSync(file, "utf8").replace(section, wanted));
    assert.equal(section.exec(read("docs/profile.md"))?.[0], wanted);
  });

  it("has the table of upstream's plugins as it is in the code; UPDATE_GOLDEN=1 writes it", () => {
    const file = join(ROOT, "docs/plugins.md");
    const section = /(?<=<!-- plugins -->\n).*?(?=<!-- end -->)/s;
    const wanted = `\n${renderPluginTable()}\n\n`;
    if (process.env["UPDATE_GOLDEN"] === "1")
      writeFileSync(
        file,
        readFileSync(file, "utf8").replace(section, () => wanted),
      );
    assert.equal(section.exec(read("docs/plugins.md"))?.[0], wanted);
  });

  it("speaks of every key of the stack file", () => {
    const text = read("docs/stack-file.md");
    const missing = Object.keys(ClusterConfigSchema.shape).filter((key) => !new RegExp(`\`${key}(\\[\\]|\\.|\`)`).test(text));
    assert.deepEqual(missing, []);
  });

  it("has a measured row for each restart that the tests on the real daemons know, by files and by maestro", () => {
    const restarts = [...read("tests/real/restarts.test.ts").matchAll(/what: "([^"]+)"[^}]*?(only: "maestro")?,? *\n? *\}/g)];
    const rowsOf = (table: string) =>
      (new RegExp(`<!-- restarts ${table} -->\n.*\n.*\n([\\s\\S]*?)<!-- end -->`).exec(read("docs/daemons.md"))?.[1] ?? "")
        .trimEnd()
        .split("\n")
        .map((row) => /^\| (.+) \| [0-9.]+ \|$/.exec(row)?.[1]);
    assert.ok(restarts.length > 10);
    assert.deepEqual(
      rowsOf("maestro"),
      restarts.map(([, what]) => what),
    );
    assert.deepEqual(
      rowsOf("files"),
      restarts.filter(([, , only]) => only === undefined).map(([, what]) => what),
    );
  });

  it("has a row of sizes for each image, the sampler's below 150 MB", () => {
    const table = /<!-- npm run image-sizes -->\n([\s\S]*?)<!-- end of image-sizes -->/.exec(read("README.md"))?.[1] ?? "";
    const [header, line, ...rows] = table.trimEnd().split("\n");
    assert.deepEqual([header, line], ["| image | size | base | largest parts on top of it |", "|---|---|---|---|"]);
    assert.deepEqual(
      rows.map((row) => row.split(" ")[1]),
      ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana", "ldms-dev"],
    );
    const size = "[0-9.]+ MB";
    const form = new RegExp(`^\\| ldms-[a-z]+ \\| ${size} \\| \\S+, ${size} \\| [^|,]+ ${size}(, [^|,]+ ${size}){0,2} \\|$`);
    assert.deepEqual(
      rows.filter((row) => !form.test(row)),
      [],
    );
    assert.ok(Number(/\| ldms-samp \| ([0-9.]+) MB/.exec(table)?.[1]) < 150);
  });

  it("has a section of each image, with its options, binds or base, ports and health", () => {
    const page = read("docs/images.md");
    for (const image of Object.keys(IMAGE_CONTENTS)) assert.match(page, new RegExp(`^## ${image}\n\n`, "m"));
    for (const word of ["entrypoint", "options", "environment", "binds", "ports", "health"])
      assert.match(page, new RegExp(`^\\| ${word} \\|`, "m"));
    assert.equal(page.match(/^Upstream's differs/gm)?.length, Object.keys(IMAGE_CONTENTS).length);
  });

  it("links to files that are there", () => {
    const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(join(ROOT, "docs")).map((file) => `docs/${file}`)].filter((file) =>
      file.endsWith(".md"),
    );
    const links = pages.flatMap((page) => [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map((match) => join(dirname(page), match[1]!)));
    assert.ok(links.length > 0);
    assert.deepEqual(
      links.filter((link) => !existsSync(join(ROOT, link))),
      [],
    );
  });
});
