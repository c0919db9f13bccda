import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

/** Where somebody can connect to: a port or a socket, as Node.js takes it. */
export type Listener = { readonly port: number } | { readonly path: string };

/** The process and all that it has started and is still there. */
export function processTree(pid: number): readonly number[] {
  const children = readText(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean).map(Number);
  return [pid, ...children.flatMap(processTree)];
}

/** All that these processes listen on. */
export function listenersOf(pids: readonly number[]): readonly Listener[] {
  const inodes = new Set(pids.flatMap(socketInodes));
  const tcp = ["tcp", "tcp6"].flatMap((table) => rowsOf(table).filter(([, , , state]) => state === "0A"));
  const ports = tcp.filter((row) => inodes.has(row[9]!)).map((row) => ({ port: Number.parseInt(row[1]!.split(":").at(-1)!, 16) }));
  // The flag is __SO_ACCEPTCON; an abstract socket's name begins with @ here.
  const unix = rowsOf("unix").filter((row) => row[3] === "00010000" && inodes.has(row[6]!));
  return [...ports, ...unix.map((row) => ({ path: (row[7] ?? "").replace(/^@/, "\0") }))];
}

export function environmentOf(pid: number): string {
  return readText(`/proc/${pid}/environ`);
}

function socketInodes(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((fd) => /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, fd)))?.[1] ?? []);
  } catch {
    // It has ended since.
    return [];
  }
}

function rowsOf(table: string): readonly (readonly string[])[] {
  return readText(`/proc/net/${table}`)
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}
