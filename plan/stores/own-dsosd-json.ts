import { z } from "zod";
import type { DaemonGroup } from "../daemons/daemon-group";
import { foldHosts } from "../hostlist/hostlist";
import { ownValue } from "../text/own-value";
import { type OwnFileProblem, readJson } from "../yaml/own-file-problem";
import { isInStoreFolder, servedContainers } from "./storage";

/** Servers by id, each with the paths of its containers by name: `{"cygnus-07": {"meminfo": "/store/meminfo"}}`. */
const Directory = z.record(z.string(), z.record(z.string(), z.string()));

/** A site's own dsosd.json: every host of the group serves what the stack stores there, from folders that are bound. */
export function checkOwnDsosdJson(text: string, group: DaemonGroup): OwnFileProblem[] {
  const read = readJson(text, Directory);
  if (read.problems) return read.problems;
  const directory = read.document;
  const missing = group.hosts.filter((host) => ownValue(directory, host) === undefined);
  return [
    ...(missing.length ? [{ message: `has no server \`${foldHosts(missing)}\`` }] : []),
    ...group.hosts.flatMap((host) => checkServer(host, ownValue(directory, host) ?? servedContainers(group), group)),
  ];
}

function checkServer(host: string, written: Readonly<Record<string, string>>, group: DaemonGroup): OwnFileProblem[] {
  const wrong = Object.entries(servedContainers(group)).filter(([name, path]) => ownValue(written, name) !== path);
  const unbound = Object.entries(written).filter(([, path]) => !isInStoreFolder([group], path));
  return [
    ...wrong.map(([name, path]) => ({
      message: `container \`${name}\` of \`${host}\` is at \`${ownValue(written, name) ?? "no place"}\`, in the stack \`${path}\``,
    })),
    ...unbound.map(([name, path]) => ({
      message: `container \`${name}\` of \`${host}\` is in a folder that no store binds: \`${path}\``,
      help: `dsosd: { containers: { ${name}: ${path} } }`,
    })),
  ];
}
