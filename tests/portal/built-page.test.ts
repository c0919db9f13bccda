import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { builtPage } from "./on-page/built-page";

/** What a browser reads before it shows anything: the page itself, and what it names. */
const FIRST_PAGE_KB = 60;

describe("buildPage", () => {
  let folder: string;
  let html: string;
  before(async function () {
    this.timeout(120_000);
    folder = await builtPage();
    html = readFileSync(join(folder, "index.html"), "utf8");
  });

  const files = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => statSync(join(folder, file)).isFile());
  const namedBy = (text: string) => [...text.matchAll(/(?:src|href)="\.\/([^"]+)"/g)].map((match) => match[1]!);

  it(`gives a first page of at most ${FIRST_PAGE_KB} kB, compressed`, () => {
    const first = ["index.html", ...namedBy(html)];
    assert.ok(first.some((file) => file.endsWith(".js")) && first.some((file) => file.endsWith(".css")));
    // What the entry takes in by itself would come at once, too.
    const entry = readFileSync(join(folder, first.find((file) => file.endsWith(".js"))!), "utf8");
    assert.deepEqual(entry.match(/\bfrom\s*"\.\/[^"]+"|^import\s*"\.\//gm) ?? [], []);
    const bytes = first.reduce((sum, file) => sum + statSync(join(folder, `${file}.br`)).size, 0);
    assert.ok(bytes <= FIRST_PAGE_KB * 1000, `${bytes} bytes`);
  });

  it("keeps the editor out of it", () => {
    const editor = files().filter((file) => /code-editor-[^/]+\.js$/.test(file));
    assert.equal(editor.length, 1);
    assert.ok(!html.includes("code-editor"));
  });

  it("has neither script nor style in line", () => {
    assert.doesNotMatch(html, /<style|style=|<script(?![^>]*\bsrc=)| on[a-z]+=/i);
  });

  it("names every file after its content, and has a compressed one beside each", () => {
    const plain = files().filter((file) => !file.endsWith(".br") && file !== "index.html");
    for (const file of plain) assert.match(file, /^assets\/[a-z-]+-[A-Za-z0-9_-]{8}\.(js|css|svg)$/);
    assert.deepEqual(
      plain.map((file) => `${file}.br`).sort(),
      files()
        .filter((file) => file.endsWith(".br") && file !== "index.html.br")
        .sort(),
    );
  });

  it("loads nothing from elsewhere", () => {
    // Names of XML's namespaces are no addresses, and an error's text may name a page.
    const addresses = files()
      .filter((file) => /\.(js|css|html|svg)$/.test(file))
      .flatMap((file) => readFileSync(join(folder, file), "utf8").match(/https?:\/\/[^\s"'`)]+/g) ?? []);
    assert.deepEqual(
      [...new Set(addresses)].filter((address) => !address.startsWith("http://www.w3.org/")),
      [],
    );
  });
});
