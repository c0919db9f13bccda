import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { BadInputError } from "../../plan/problems/errors";
import { showBriefly } from "../../plan/text/text";

/** What a file of a folder is made from: another file or link on disk, or a text. */
export type FolderFile = { readonly path: string } | { readonly text: string };

/** Relative name in the folder to what it is made from. */
export type FolderFiles = ReadonlyMap<string, FolderFile>;

/** What one call did; all zero but `files` when the folder was right already. */
export interface FilledFolder {
  readonly files: number;
  readonly written: number;
  readonly removed: number;
}

/**
 * Makes the folder hold these files and nothing else. Same inputs, same names, bytes and modes (0755 for what its owner may execute, else 0644), so
 * that a builder's cache holds.
 *
 * @throws BadInputError where the folder is a link, or a file is neither file nor link
 */
export function fillFolder(outFolder: string, files: FolderFiles): FilledFolder {
  if (fs.lstatSync(outFolder, { throwIfNoEntry: false })?.isSymbolicLink())
    throw BadInputError.of(showBriefly(outFolder), "is a link, and what it leads to would be emptied", "remove the link");
  fs.mkdirSync(outFolder, { recursive: true });
  const removed = removeOthers(outFolder, files);
  let written = 0;
  for (const [name, file] of files) written += placeFile(file, path.join(outFolder, name)) ? 1 : 0;
  return { files: files.size, written, removed };
}

/** A hash of names and contents; of links, where they lead. */
export function digestFiles(files: FolderFiles): string {
  const sum = createHash("sha256");
  for (const [name, file] of files) {
    const content =
      "text" in file ? file.text : statFileOrLink(file.path).isSymbolicLink() ? fs.readlinkSync(file.path) : fs.readFileSync(file.path);
    sum.update(`${name}\0`).update(createHash("sha256").update(content).digest());
  }
  return sum.digest("hex");
}

/** Files and symbolic links below the folder, relative, sorted by code points. */
export function listFiles(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
}

function removeOthers(outFolder: string, files: FolderFiles): number {
  const others = listFiles(outFolder).filter((name) => !files.has(name));
  for (const name of others) {
    fs.rmSync(path.join(outFolder, name));
    removeEmptyParents(outFolder, name);
  }
  return others.length;
}

function removeEmptyParents(outFolder: string, name: string): void {
  for (let parent = path.dirname(name); parent !== "."; parent = path.dirname(parent)) {
    const folder = path.join(outFolder, parent);
    if (fs.readdirSync(folder).length > 0) return;
    fs.rmdirSync(folder);
  }
}

/** A pipe would be waited for, and a device read without end. @throws BadInputError */
function statFileOrLink(file: string): fs.Stats {
  const stat = fs.lstatSync(file);
  if (stat.isFile() || stat.isSymbolicLink()) return stat;
  throw BadInputError.of(showBriefly(file), "is neither a file nor a link", "take it out of the folder");
}

/** True where something had to be written. */
function placeFile(file: FolderFile, target: string): boolean {
  if ("text" in file) return placeContent(Buffer.from(file.text), 0o644, target);
  const from = statFileOrLink(file.path);
  if (from.isSymbolicLink()) return placeLink(fs.readlinkSync(file.path), target);
  return placeContent(fs.readFileSync(file.path), from.mode & 0o100 ? 0o755 : 0o644, target);
}

function placeContent(content: Buffer, mode: number, target: string): boolean {
  const now = fs.lstatSync(target, { throwIfNoEntry: false });
  if (now?.isFile() && now.size === content.length && fs.readFileSync(target).equals(content)) {
    if ((now.mode & 0o777) === mode) return false;
    fs.chmodSync(target, mode);
    return true;
  }
  prepare(target);
  fs.writeFileSync(target, content);
  fs.chmodSync(target, mode);
  return true;
}

function placeLink(destination: string, target: string): boolean {
  if (fs.lstatSync(target, { throwIfNoEntry: false })?.isSymbolicLink() && fs.readlinkSync(target) === destination) return false;
  prepare(target);
  fs.symlinkSync(destination, target);
  return true;
}

/** A file may have become a folder's name, or the other way round. */
function prepare(target: string): void {
  fs.rmSync(target, { recursive: true, force: true });
  fs.mkdirSync(path.dirname(target), { recursive: true });
}
