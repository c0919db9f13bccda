import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { type RunResult, start } from "../lab/ldms-process";

const CHECKOUT = resolve(__dirname, "../..");
const PACK_SECONDS = 300;
const INSTALL_SECONDS = 300;

type Environment = Readonly<Record<string, string>>;

/** Nothing of the caller's that leads to a stack, an engine or npm settings of this checkout. */
export function plainEnvironment(): Environment {
  const names = ["PATH", "HOME", "TMPDIR", "DOCKER_HOST", "LANG"];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]] as const])));
}

/** A folder outside of the checkout where nothing is installed but the tarball of `npm run package`. */
export class PackageFolder {
  constructor(readonly path = mkdtempSync(join(tmpdir(), "ldms-package-"))) {}

  get installed(): string {
    return join(this.path, "node_modules/ldms");
  }

  /** Installs the tarball as a site does: what it depends on comes from npm's cache or registry. */
  async install(): Promise<void> {
    const tarball = await this.pack();
    this.write("package.json", '{ "private": true }');
    await this.runOrThrow(["npm", "install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball], INSTALL_SECONDS);
  }

  /** In seconds and without a registry: unpacks the tarball, beside links to what it says that it depends on, and to nothing else. */
  async unpack(): Promise<void> {
    const tarball = await this.pack();
    mkdirSync(this.installed, { recursive: true });
    await this.runOrThrow(["tar", "--extract", "--strip-components=1", "--directory", this.installed, "--file", tarball], PACK_SECONDS);
    const { dependencies } = JSON.parse(readFileSync(join(this.installed, "package.json"), "utf8")) as {
      readonly dependencies: Environment;
    };
    for (const name of Object.keys(dependencies)) {
      const link = join(this.path, "node_modules", name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(CHECKOUT, "node_modules", name), link);
    }
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.path, file), text);
  }

  /** What a site writes for a project that stands on the package. */
  writeProject(): void {
    this.write("Pulumi.yaml", "name: ldms\nruntime: { name: nodejs, options: { typescript: false } }\nmain: index.js\n");
    this.write("index.js", 'module.exports = require("ldms/program");\n');
  }

  run(argv: readonly [string, ...string[]], timeoutSeconds: number, environment: Environment = {}, stdin = ""): Promise<RunResult> {
    return start(argv, { folder: this.path, environment: { ...plainEnvironment(), ...environment }, timeoutSeconds, stdin }).ended;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private async pack(): Promise<string> {
    const place = join(this.path, "tarball");
    mkdirSync(place);
    await this.runOrThrow(["npm", "--prefix", CHECKOUT, "run", "package", "--", "--pack-destination", place], PACK_SECONDS);
    return join(place, readdirSync(place)[0] ?? "");
  }

  private async runOrThrow(argv: readonly [string, ...string[]], timeoutSeconds: number): Promise<void> {
    const { code, stdout, stderr } = await this.run(argv, timeoutSeconds);
    if (code !== 0) throw new Error(`${argv.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
  }
}
