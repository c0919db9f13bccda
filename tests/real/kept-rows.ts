import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = join(__dirname, "../../docs/daemons.md");

/**
 * Prints a row that was measured; with `UPDATE_GOLDEN=1` it takes its place in the page's table of that name, which stands between
 * `<!-- NAME -->` and `<!-- end -->`.
 *
 * @param key how many of the first cells tell the row from the others
 */
export function keepRow(table: string, cells: readonly string[], key: number): void {
  const row = `| ${cells.join(" | ")} |`;
  console.log(`      ${row}`);
  if (process.env["UPDATE_GOLDEN"] !== "1") return;
  const text = readFileSync(PAGE, "utf8");
  const section = new RegExp(`(?<=<!-- ${table} -->\n)[\\s\\S]*?(?=\n?<!-- end -->)`);
  const lines = (section.exec(text)?.[0] ?? "").split("\n");
  const begin = `| ${cells.slice(0, key).join(" | ")} |`;
  const at = lines.findIndex((line) => line.startsWith(begin));
  if (at < 0) lines.push(row);
  else lines[at] = row;
  writeFileSync(
    PAGE,
    text.replace(section, () => lines.filter((line, i) => line !== "" || i === 0).join("\n")),
  );
}
