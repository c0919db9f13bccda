import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { IMAGES, PROJECT } from "../../operations/bundle/layout";
import { change, type Part, partsOf, resum, savedImages, sha256, tarOf, writeSmallBundle, zstd } from "../operations/bundle-parts";

export const file = (name: string, text = "x"): Part => ({ name, content: Buffer.from(text) });
export const link = (name: string, linkname: string, type: "symlink" | "link" = "symlink"): Part => ({
  name,
  content: Buffer.alloc(0),
  linkname,
  type,
});
export const other = (name: string, type: "character-device" | "fifo"): Part => ({ name, content: Buffer.alloc(0), type });

let small: Promise<Part[]> | undefined;

/** The files of a small bundle that is whole. */
export function smallBundle(): Promise<Part[]> {
  small ??= (async () => {
    const folder = mkdtempSync(join(tmpdir(), "ldms-small-"));
    const parts = partsOf(await writeSmallBundle(folder, join(folder, "bundle")));
    rmSync(folder, { recursive: true });
    return parts;
  })();
  return small;
}

/** Lays `elsewhere/bundle`: a whole one, changed by somebody who makes the sums fit. */
export const layBundle = (changed: (parts: Part[]) => readonly Part[] | Promise<readonly Part[]>) => async (folder: string) =>
  writeFileSync(join(folder, "elsewhere/bundle"), await tarOf(await changed(await smallBundle())));

export const layWithProject = (...files: readonly Part[]) =>
  layBundle(async (parts) => withPart(parts, PROJECT, zstd(await tarOf([file("index.ts"), ...files]))));

export const withPart = (parts: readonly Part[], name: string, packed: Buffer) => resum(change(parts, name, () => packed));

/** Images of the small bundle, each file put through `changed`. */
export const layWithImages = (changed: (files: readonly Part[]) => readonly Part[]) =>
  layBundle(async (parts) => {
    const unpacked = spawnSync("zstd", ["-dcq"], { input: parts.find(({ name }) => name === IMAGES)!.content, maxBuffer: 1 << 28 }).stdout;
    return withPart(parts, IMAGES, zstd(await tarOf(changed(partsOf(unpacked)))));
  });

/** 512 bytes before a file, of fields that no writer of tars gives. @param size as it stands there, 12 characters */
export function rawHeader(name: string, size: string | Buffer, type = "0"): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, "latin1");
  header.write("0000644\0", 100);
  Buffer.from(size).copy(header, 124);
  header.write("00000000000\0", 136);
  header.write(" ".repeat(8), 148);
  header.write(type, 156);
  header.write("ustar\x0000", 257, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}

/** So many files of so many zeros each, packed: some kilobytes. */
export function bomb(files: number, bytesEach: number, program: "zstd" | "gzip" = "zstd"): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "ldms-bomb-"));
  const size = `${bytesEach.toString(8).padStart(11, "0")}\0`;
  const script = `i=0; while [ $i -lt ${files} ]; do cat h$i; head -c ${bytesEach} /dev/zero; i=$((i + 1)); done | ${program} -c -9`;
  for (let i = 0; i < files; i++) writeFileSync(join(folder, `h${i}`), rawHeader(`docs/${i}`, size));
  const { stdout } = spawnSync("sh", ["-c", script], { cwd: folder, maxBuffer: 1 << 28 });
  rmSync(folder, { recursive: true });
  return stdout;
}

/** A file of `docker save` with one image; its config and its manifest by `changes`. */
export async function savedFile(
  changes: { readonly config?: object; readonly manifest?: object } = {},
  ...more: readonly Part[]
): Promise<Buffer> {
  const { parts } = savedImages([{ name: "ldms-samp", layers: [Buffer.from("layer")] }]);
  const config = JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] }, ...changes.config });
  const name = `${sha256(config)}.json`;
  const [image] = JSON.parse(parts.find((part) => part.name === "manifest.json")!.content.toString()) as readonly object[];
  return tarOf([file(name, config), file("manifest.json", JSON.stringify([{ ...image, Config: name, ...changes.manifest }])), ...more]);
}
