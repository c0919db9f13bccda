import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** What is worth it: a picture is compressed already. */
const COMPRESSED = /\.(js|css|html|svg)$/;

/** Builds the portal's page into a folder, which is emptied first: files named after their content, each with a brotli copy beside it. */
export async function buildPage(folder: string): Promise<void> {
  const { build } = await import("vite");
  const outDir = resolve(folder);
  await build({
    configFile: false,
    root: join(__dirname, "../page"),
    // The page may stand below a path of a proxy's.
    base: "./",
    logLevel: "warn",
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir,
      emptyOutDir: true,
      target: "es2022",
      // The page's policy allows nothing in line, and no `data:`.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      // How slow a machine is, is no word for who starts a portal.
      rolldownOptions: { checks: { pluginTimings: false } },
    },
  });
  compressAll(outDir);
}

function compressAll(folder: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => COMPRESSED.test(file));
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(join(folder, `${file}.br`), brotliCompressSync(bytes, { params }));
  }
}

if (require.main === module) void buildPage(process.argv[2]!);
