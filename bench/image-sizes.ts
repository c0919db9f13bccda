import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ImageName } from "../plan/model/image";
import { type ImageSize, measureImage } from "./image-parts";

const README = join(__dirname, "../README.md");
const IMAGES = ["ldms-samp", "ldms-agg", "ldms-maestro", "ldms-ui", "ldms-grafana", "ldms-dev"] as const satisfies readonly ImageName[];
/** What the README's table stands between. */
const [BEGIN, END] = ["<!-- npm run image-sizes -->", "<!-- end of image-sizes -->"];

const USAGE = `npm run image-sizes -- PATTERN [--no-page]
  PATTERN  references of the images on this machine's engine, with * for the name: 'ovishpc/*:4.5.3'`;

/** Measures the six images, prints the table and writes it into the README. */
async function main(): Promise<void> {
  const [pattern, ...rest] = process.argv.slice(2);
  if (!pattern?.includes("*") || rest.some((word) => word !== "--no-page")) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const sizes: ImageSize[] = [];
  for (const image of IMAGES) sizes.push(await measureImage(image, pattern.replace("*", image)));
  const table = renderTable(sizes);
  console.log(table);
  if (rest.length === 0) writeFileSync(README, replaceTable(readFileSync(README, "utf8"), table));
}

export function renderTable(sizes: readonly ImageSize[]): string {
  const rows = sizes.map(({ image, bytes, base, parts }) => {
    const largest = parts.filter(({ name }) => name !== "other").slice(0, 3);
    return `| ${image} | ${mb(bytes)} | ${base.name}, ${mb(base.bytes)} | ${largest.map(({ name, bytes: size }) => `${name} ${mb(size)}`).join(", ")} |`;
  });
  return ["| image | size | base | largest parts on top of it |", "|---|---|---|---|", ...rows].join("\n");
}

/** @throws Error when the page has not the two marks */
export function replaceTable(page: string, table: string): string {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`README.md: the marks are missing: ${BEGIN} and ${END}`);
  return `${page.slice(0, begin + BEGIN.length)}\n${table}\n${page.slice(end)}`;
}

/** Millions of bytes, as `docker images` has them. */
function mb(bytes: number): string {
  const value = bytes / 1e6;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} MB`;
}

if (require.main === module) void main();
