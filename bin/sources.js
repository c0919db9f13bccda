// Loads a checkout's TypeScript: each file is compiled once, into .compiled/, and again when it has changed. What was compiled runs under its
// source's name, so that `__dirname` and the files beside a source are where they are.
const { createHash } = require("node:crypto");
const { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } = require("node:fs");
const { dirname, join, relative, sep } = require("node:path");
const Module = require("node:module");

const ROOT = join(__dirname, "..");
const COMPILED = join(ROOT, ".compiled");
/** What else a compiled file depends on. */
const COMPILER = [require("typescript/package.json").version, readFileSync(__filename)];

Module._extensions[".ts"] = (module, path) => {
  const text = isInside(path) ? readCompiled(path) : undefined;
  if (text !== undefined) return module._compile(text, path);
  // It would keep what it compiles in a folder of /tmp, and run what it finds there, whoever wrote it. From here on it loads everything.
  process.env.TSX_DISABLE_CACHE = "1";
  require("tsx/cjs");
  return Module._extensions[".ts"](module, path);
};

/** Others, such as a site's policy pack, have compiler options of their own. */
function isInside(path) {
  return !relative(ROOT, path).startsWith(`..${sep}`);
}

/** @returns undefined where what is compiled could not be kept: the checkout is read-only, or another user's */
function readCompiled(path) {
  const source = readFileSync(path, "utf8");
  const hash = createHash("sha256");
  for (const part of [...COMPILER, source]) hash.update(part);
  // The last line: a file that was cut short has none.
  const stamp = `\n// ${hash.digest("hex")}\n`;
  const compiled = join(COMPILED, `${relative(ROOT, path)}.js`);
  const kept = readKept(compiled);
  if (kept?.endsWith(stamp)) return kept;
  // The owner could not remove what root left there.
  if (statSync(ROOT).uid !== process.getuid()) return undefined;
  const text = transpile(source, path) + stamp;
  return keep(compiled, text) ? text : undefined;
}

function readKept(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Renamed into place: two runs at once write the same. */
function keep(path, text) {
  const own = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch {
    return false;
  }
  try {
    writeFileSync(own, text);
    renameSync(own, path);
    return true;
  } catch {
    rmSync(own, { force: true });
    return false;
  }
}

/** As tsconfig.build.json does for the package, file by file and without a look at types. */
function transpile(source, fileName) {
  const { ModuleKind, ScriptTarget, transpileModule } = require("typescript");
  const compilerOptions = { target: ScriptTarget.ES2022, module: ModuleKind.CommonJS, esModuleInterop: true, removeComments: true };
  return transpileModule(source, { fileName, compilerOptions }).outputText;
}
