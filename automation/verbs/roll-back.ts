import { mkdir, readdir, rm } from "node:fs/promises";
import { isAbsolute, join, relative, resolve } from "node:path";
import { type ImageName, upstreamOf } from "../../plan/model/image";
import { BadInputError } from "../../plan/problems/errors";
import { createFileAtomically, writeFileAtomically } from "../../stack/atomic-file";
import { holdFile } from "../../stack/held-file";
import { openStack, type StackLocation } from "../../stack/open-stack";
import { restoreStackFile } from "../../stack/restore-stack-file";
import { type RunRecordJson, RunRecords } from "../../stack/run-records";
import { readTextFile } from "../../stack/text-file";
import { openKeptFile } from "../kept-files";
import { entryOf, findRun, type SiteHistoryEntry } from "./read-history";

/** What a rollback brings back, and what not. */
export interface Restored {
  readonly to: SiteHistoryEntry;
  /** Files that get another text. */
  readonly written: readonly string[];
  /** Where the texts of today are kept, in the project's folder; absent where nothing is overwritten. */
  readonly keptIn?: string;
  /** Keys whose values are those of today. */
  readonly secretsOfToday: readonly string[];
  /** Images of which nobody knows what their tag named then. */
  readonly unknownImages: readonly string[];
}

interface NewText {
  /** As the stack file names it. */
  readonly path: string;
  /** Undefined: there was no such file then. */
  readonly text: string | undefined;
  /** Undefined: there is no such file today. */
  readonly today: string | undefined;
}

/** Runs that a stack can go back to, the newest first: they deployed all of it, and ended well. */
export async function listCandidates(location: StackLocation): Promise<readonly SiteHistoryEntry[]> {
  const found = await (await RunRecords.of(location)).list((record) => (isCandidate(record) ? [entryOf(record)] : []));
  return found.flat();
}

function isCandidate({ verb, result, isPartial }: RunRecordJson): boolean {
  return verb === "up" && result === "succeeded" && isPartial !== true;
}

/**
 * Puts the files of a run in the place of today's while `use` runs, and for good where `use` has begun. What is overwritten is written beside first, so
 * that it is there whenever this process is killed.
 * @param hasBegun whether anything was changed on the hosts; where not, today's files come back when `use` fails
 */
export async function withFilesOf<T>(
  location: StackLocation,
  run: number,
  hasBegun: () => boolean,
  use: (restored: Restored) => Promise<T>,
): Promise<T> {
  const { file } = await openStack(location);
  return holdFile(file.path, async () => {
    const { restored, texts } = await prepare(location, run);
    const keptIn = await keepToday(location, run, texts);
    const replaced: NewText[] = [];
    try {
      for (const one of texts) {
        await put(location, one.path, one.text);
        replaced.push(one);
      }
      return await use({ ...restored, ...(keptIn !== undefined && { keptIn }) });
    } catch (error) {
      if (!hasBegun()) {
        for (const { path, today } of replaced) await put(location, path, today);
        if (keptIn !== undefined) await rm(join(location.projectFolder, keptIn), { recursive: true });
      }
      throw error;
    }
  });
}

async function put({ projectFolder }: StackLocation, path: string, text: string | undefined): Promise<void> {
  const place = resolve(projectFolder, path);
  await (text === undefined ? rm(place, { force: true }) : writeFileAtomically(place, text));
}

async function prepare(
  location: StackLocation,
  run: number,
): Promise<{ readonly restored: Omit<Restored, "keptIn">; readonly texts: readonly NewText[] }> {
  const { project, stack } = await openStack(location);
  const record = await findRun(location, await RunRecords.of(location), run);
  if (!isCandidate(record)) {
    const problem = `\`${run}\` is no \`up\` of the whole stack that ended well`;
    throw BadInputError.of("run", problem, `choose one of those that \`ldms rollback -s ${stack}\` lists`);
  }
  const stackFile = `Pulumi.${stack}.yaml`;
  const today = (await readTextFile(resolve(location.projectFolder, stackFile))) ?? "";
  const { text, secretsOfToday } = restoreStackFile({ project: project.name, stack }, record.stackFile, today, lockedDigests(record));
  const sideFiles = await Promise.all(record.files.map(async (file) => [file.path, await openKeptFile(location, run, file)] as const));
  const extra = await findExtra(location, record);
  const wanted = [...sideFiles, ...extra.map((path) => [path, undefined] as const), [stackFile, text] as const];
  const all = await Promise.all(
    wanted.map(async ([path, then]) => ({ path, text: then, today: await readTextFile(resolve(location.projectFolder, path)) })),
  );
  const texts = all.filter((one) => one.text !== one.today);
  const unknownImages = record.images.filter(({ digest }) => digest === undefined).map(({ reference }) => reference);
  return { restored: { to: entryOf(record), written: texts.map(({ path }) => path), secretsOfToday, unknownImages }, texts };
}

/** Every dashboard of a folder is provisioned: one that was not there then must not be there again. */
async function findExtra({ projectFolder }: StackLocation, { folders }: RunRecordJson): Promise<readonly string[]> {
  const found = await Promise.all(
    Object.entries(folders).map(async ([folder, names]) => {
      const today = await readdir(resolve(projectFolder, folder)).catch((): string[] => []);
      return today.filter((name) => name.endsWith(".json") && !names.includes(name)).map((name) => `${folder}/${name}`);
    }),
  );
  return found.flat();
}

/** Of what a registry has: what is built here, or comes from a file, is known by that. */
function lockedDigests({ images }: RunRecordJson): Readonly<Record<string, string>> {
  const isOfTag = ({ name, reference, isBuilt }: RunRecordJson["images"][number]) =>
    !isBuilt && !reference.includes("sha256:") && upstreamOf(name as ImageName) === name;
  return Object.fromEntries(images.filter(isOfTag).flatMap(({ name, digest }) => (digest === undefined ? [] : [[name, digest]])));
}

/** @returns the folder, of the project's; undefined where nothing is overwritten */
async function keepToday({ projectFolder }: StackLocation, run: number, texts: readonly NewText[]): Promise<string | undefined> {
  const overwritten = texts.flatMap(({ path, today }) => (today === undefined ? [] : [{ path, today }]));
  if (overwritten.length === 0) return undefined;
  const folder = await makeFolder(projectFolder, `before-rollback-to-${run}`);
  for (const { path, today } of overwritten) await createFileAtomically(join(projectFolder, folder, placeOf(projectFolder, path)), today);
  return folder;
}

/** One that nobody has made before: what is kept there stays. */
async function makeFolder(projectFolder: string, name: string): Promise<string> {
  for (let count = 1; ; count += 1) {
    const folder = count === 1 ? name : `${name}-${count}`;
    const isMade = await mkdir(join(projectFolder, folder)).then(
      () => true,
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
        return false;
      },
    );
    if (isMade) return folder;
  }
}

/** A file outside of the project by its whole path. */
function placeOf(projectFolder: string, path: string): string {
  const inside = relative(projectFolder, resolve(projectFolder, path));
  return inside.startsWith("..") || isAbsolute(inside) ? resolve(projectFolder, path).slice(1) : inside;
}
