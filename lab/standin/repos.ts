import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { SourceConfig } from "../../plan/config/sources";
import { SOURCE_NAMES, type SourceName } from "../../plan/model/source-names";
import { runProcess } from "../../processes/run-process";
import { LabError } from "../names";

const MAESTRO_MODULES = ["cluster", "cluster_comm", "cluster_config", "cluster_daemons", "cluster_steps", "etcd", "hostlist"];
const SOS_MODULES = ["__init__", "munge", "ovis", "portmap", "rows", "wire"];

/** Of upstream's name: what the image changes before it starts maestro. */
const COMMUNICATOR = ["__init__.py", "ldmsd_communicator.py"].map((file) => [`python/ldmsd/${file}`, `ldmsd/${file}`] as const);

/** What a repository has besides its own files of lab/standin/repos: of lab/standin, and its place there. */
const PARTS: Readonly<Record<SourceName, readonly (readonly [string, string])[]>> = {
  maestro: [...programs("bin", "maestro", "maestro_ctrl"), ...modules(...MAESTRO_MODULES), ...COMMUNICATOR],
  sos: [...programs("bin", "sos_cmd"), ...programs("sbin", "dsosd"), ...modules(...SOS_MODULES)],
  ovis: [
    ...programs("bin", "ldmsd_controller"),
    ...programs("sbin", "ldms_ls", "ldmsd", "ldmsd_stream_publish"),
    ...programs("plugins", ...readdirSync(join(__dirname, "plugins"))),
    ...modules(...ovisModules()),
  ],
  numsos: [],
  "sosdb-ui": pages("__init__.py", "settings.py", "wsgi.py"),
  "sosdb-grafana": pages("session.py"),
  dsosds: [["dsosds/plugin.json", "plugin.json"]],
};

/** All that the others have not. */
function ovisModules(): string[] {
  const all = readdirSync(join(__dirname, "python/ldms_standin")).flatMap((file) => /^(\w+)\.py$/.exec(file)?.[1] ?? []);
  return all.filter((name) => ![...MAESTRO_MODULES, ...SOS_MODULES].includes(name));
}

function programs(folder: string, ...names: readonly string[]) {
  return names.map((name) => [`${folder}/${name}`, `${folder}/${name}`] as const);
}

function modules(...names: readonly string[]) {
  return names.map((name) => [`python/ldms_standin/${name}.py`, `python/${name}.py`] as const);
}

function pages(...names: readonly string[]) {
  return names.map((name) => [`ui/sosgui/${name}`, `sosgui/${name}`] as const);
}

/** The same files give the same commit. */
const COMMIT_IDENTITY = ["AUTHOR", "COMMITTER"].flatMap((role) => [
  `GIT_${role}_NAME=lab`,
  `GIT_${role}_EMAIL=lab@localhost`,
  `GIT_${role}_DATE=2026-01-01T00:00:00Z`,
]);
const GIT_SECONDS = 30;

/** Lays out the stand-ins as the repositories that the real ones come from: `OUT/sos`, `OUT/ovis` and so on, built by the same commands. */
export async function writeStandinRepos(outFolder: string): Promise<void> {
  rmSync(outFolder, { recursive: true, force: true });
  await Promise.all(SOURCE_NAMES.map((name) => writeRepo(name, join(outFolder, name))));
}

async function writeRepo(name: SourceName, folder: string): Promise<void> {
  const own = join(__dirname, "repos", name);
  mkdirSync(folder, { recursive: true });
  for (const entry of readdirSync(own)) cpSync(join(own, entry), join(folder, entry), { recursive: true });
  for (const [source, place] of PARTS[name]) {
    mkdirSync(dirname(join(folder, place)), { recursive: true });
    cpSync(join(__dirname, source), join(folder, place));
  }
  if (existsSync(join(folder, "Makefile.am"))) writeFileSync(join(folder, "parts.am"), renderParts(PARTS[name].map(([, place]) => place)));
  await git(folder, "init", "--quiet", "--initial-branch=main");
  await commitAll(folder);
}

/** For a Makefile.am: `bin_parts = bin/maestro bin/maestro_ctrl` and so on, a line a folder. */
function renderParts(places: readonly string[]): string {
  const folders = [...new Set(places.map((place) => dirname(place)))];
  return folders
    .filter((folder) => /^\w+$/.test(folder))
    .map((folder) => `${folder}_parts = ${places.filter((place) => dirname(place) === folder).join(" ")}\n`)
    .join("");
}

/** These repositories as a stack file names them; their ovis knows fewer options than upstream's. */
export function standinSources(folder: string): Partial<Record<SourceName, SourceConfig>> {
  const options = (name: SourceName) => (name === "ovis" ? { options: ["--enable-sos", "--with-sos=/opt/ovis"] } : {});
  return Object.fromEntries(SOURCE_NAMES.map((name) => [name, { repo: `${folder}/${name}`, ...options(name) }]));
}

/** Makes what lies in a repository its newest commit. */
export async function commitAll(folder: string): Promise<void> {
  await git(folder, "add", "--all");
  await git(folder, "commit", "--quiet", "--message", "Stand-ins");
}

/** Takes the newest commit back, and its changes. */
export async function undoCommit(folder: string): Promise<void> {
  await git(folder, "reset", "--quiet", "--hard", "HEAD~1");
}

async function git(folder: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runProcess(["env", ...COMMIT_IDENTITY, "git", "-C", folder, ...args], { timeoutSeconds: GIT_SECONDS });
  if (code !== 0) throw new LabError(folder, `git ${args[0]}: ${stderr.trim()}`);
}
