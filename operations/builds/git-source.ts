import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { PlannedSource } from "../../plan/model/image";
import { type ProcessResult, ProcessTimeout, runProcess } from "../../processes/run-process";
import { OperationError } from "../common/operation-error";

/** The files of one source, packed: `.ldms/sources/ovis-196d2ceff….tar`. */
export interface SourceArchive {
  readonly file: string;
  /** 40 hexadecimal digits; of a folder without git, the hash of its content. */
  readonly revision: string;
}

const QUESTION_SECONDS = 30;
/** A first fetch over a slow line. */
const FETCH_SECONDS = 600;
const COMMIT = /^[0-9a-f]{40}$/;

const FOLDER_HELP = "a folder with a clone can stand in `repo` as well, and binaries that are built already in `ldms:images.ovis`";

/** Nobody is there to answer a question, and a server that has gone silent is one that failed. */
const SETTINGS = [
  "GIT_TERMINAL_PROMPT=0",
  "GIT_SSH_COMMAND=ssh -o BatchMode=yes -o ConnectTimeout=15",
  "GIT_HTTP_LOW_SPEED_LIMIT=1000",
  "GIT_HTTP_LOW_SPEED_TIME=30",
];

/**
 * Has the files of a source packed in a file, fetched where they are not here yet. A full commit that is here needs no look at its repository.
 *
 * @param folder keeps the packed files: `.ldms/sources`
 * @throws OperationError with git's words
 */
export async function fetchSource(name: string, source: PlannedSource, projectFolder: string, folder: string): Promise<SourceArchive> {
  const local = resolve(projectFolder, source.repo);
  const isFolder = !isUrl(source.repo) && existsSync(local) && statSync(local).isDirectory();
  const repo = isFolder ? local : source.repo;
  const where = `sources.${name}`;
  mkdirSync(folder, { recursive: true });
  if (isFolder && !(await isRepository(local))) return packFolder(where, name, local, folder);

  const revision = COMMIT.test(source.branch) ? source.branch : await resolveRef(where, repo, source.branch);
  const file = resolve(folder, `${name}-${revision}.tar`);
  if (!existsSync(file)) await fetchCommit(where, repo, revision, file);
  return { file, revision };
}

function isUrl(repo: string): boolean {
  return /^[a-z+]+:\/\//.test(repo) || /^[^/]+@[^/]+:/.test(repo);
}

async function isRepository(folder: string): Promise<boolean> {
  // A folder inside a repository is a folder of its own.
  if (existsSync(resolve(folder, ".git"))) return true;
  const { code, stdout } = await git("git", folder, ["-C", folder, "rev-parse", "--is-bare-repository"], QUESTION_SECONDS);
  return code === 0 && stdout === "true" && existsSync(resolve(folder, "HEAD"));
}

/** A branch before a tag of its name, as git itself takes them in a fetch. */
async function resolveRef(where: string, repo: string, ref: string): Promise<string> {
  const names = ref === "HEAD" ? ["HEAD"] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`];
  const { code, stdout, stderr } = await git(where, repo, ["ls-remote", "--", repo, ...names], QUESTION_SECONDS);
  if (code !== 0) throw failure(where, `cannot read the repository: \`${repo}\``, stderr);
  const found = new Map(stdout.split("\n").map((line) => line.split("\t").reverse() as [string, string]));
  const commit = names.map((name) => found.get(name)).find((hash) => hash !== undefined);
  if (commit !== undefined) return commit;
  throw new OperationError(
    where,
    `the repository has no branch or tag of this name: \`${ref}\`: \`${repo}\``,
    "a commit is written in full, 40 digits",
  );
}

async function fetchCommit(where: string, repo: string, commit: string, file: string): Promise<void> {
  const temporary = `${file}.${randomBytes(6).toString("hex")}`;
  const bare = `${temporary}.git`;
  try {
    await must(where, repo, ["init", "--quiet", "--bare", bare], QUESTION_SECONDS);
    const fetch = ["-C", bare, "fetch", "--quiet", "--no-tags"];
    const shallow = await git(where, repo, [...fetch, "--depth=1", "--", repo, commit], FETCH_SECONDS);
    // A server of an old kind gives branches only.
    if (shallow.code !== 0)
      await must(where, repo, [...fetch, "--", repo, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"], FETCH_SECONDS);
    await must(where, repo, ["-C", bare, "archive", "--format=tar", `--output=${temporary}`, commit], FETCH_SECONDS);
    renameSync(temporary, file);
  } finally {
    rmSync(bare, { recursive: true, force: true });
    rmSync(temporary, { force: true });
  }
}

/** A folder without git, as it is; names sorted and times left out, so that equal files give equal bytes. */
async function packFolder(where: string, name: string, from: string, folder: string): Promise<SourceArchive> {
  const temporary = resolve(folder, `${name}.${randomBytes(6).toString("hex")}`);
  try {
    const form = ["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner", "--mode=go-w", "--exclude-vcs"];
    const packed = await runProcess(["tar", "-C", from, ...form, "-cf", temporary, "."], { timeoutSeconds: FETCH_SECONDS });
    if (packed.code !== 0) throw failure(where, `cannot read the folder: \`${from}\``, packed.stderr);
    const revision = createHash("sha256").update(readFileSync(temporary)).digest("hex").slice(0, 40);
    const file = resolve(folder, `${name}-${revision}.tar`);
    renameSync(temporary, file);
    return { file, revision };
  } finally {
    rmSync(temporary, { force: true });
  }
}

async function must(where: string, repo: string, args: readonly string[], timeoutSeconds: number): Promise<void> {
  const { code, stderr } = await git(where, repo, args, timeoutSeconds);
  if (code !== 0) throw failure(where, `cannot fetch from the repository: \`${repo}\``, stderr);
}

async function git(where: string, repo: string, args: readonly string[], timeoutSeconds: number): Promise<ProcessResult> {
  try {
    return await runProcess(["env", ...SETTINGS, "git", ...args], { timeoutSeconds });
  } catch (error) {
    if (!(error instanceof ProcessTimeout)) throw error;
    throw new OperationError(where, `no answer within ${timeoutSeconds} s: \`${repo}\``, FOLDER_HELP);
  }
}

function failure(where: string, problem: string, words: string): OperationError {
  const lines = words.split("\n").filter((line) => line.trim() !== "");
  // Of git the reason comes first, advice after it.
  const reasons = lines.filter((line) => line.startsWith("fatal: "));
  return new OperationError(where, `${problem}: ${(reasons.length > 0 ? reasons : lines.slice(-3)).join("; ")}`, FOLDER_HELP);
}
