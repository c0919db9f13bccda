import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FoundContainer, FoundFile, FoundHost } from "../../../plan/adopt/hand-made";
import { runTyped, type TypedContainer } from "../../golden/typed-commands";

const README = join(__dirname, "../../fixtures/readme");
const HOSTS = ["cygnus-01", "cygnus-02", "cygnus-03", "cygnus-04", "cygnus-05", "cygnus-06", "cygnus-07"];
const STARTED = "2026-11-22T18:53:50.123456789Z";

export function readFixture(name: string): string {
  return readFileSync(join(README, name), "utf8");
}

/** What `docker inspect` tells of the README's seven commands, typed on its eight hosts. @param change of the typed lines */
export function readmeHosts(change: (line: TypedContainer) => TypedContainer = (line) => line): FoundHost[] {
  const typed = runTyped(readFixture("commands.txt").replaceAll(/^root@cygnus-07 \$ /gm, ""), "bash", HOSTS).map(change);
  return HOSTS.map((host) => {
    const lines = typed.filter((line) => line.host === host);
    const containers = lines.map(inspect);
    const ids = [...new Set(containers.map(({ Image }) => Image))];
    const images = ids.map((Id) => ({
      Id,
      RepoTags: [`${Id.slice("sha256:".length)}:latest`],
      RepoDigests: [],
      Config: { Env: ["PATH=/bin"] },
    }));
    return { host, containers, images, files: lines.flatMap(filesOf), owned: new Map() };
  });
}

function inspect({ host, image, argv, options }: TypedContainer): FoundContainer {
  const last = (name: string) => options[name]?.at(-1);
  const name = last("name")!;
  return {
    Id: Buffer.from(`${host} ${name}`).toString("hex").padEnd(64, "0"),
    Name: `/${name}`,
    Image: `sha256:${image.replace(/:latest$/, "")}`,
    Config: {
      Image: image,
      Cmd: argv.length > 0 ? argv : null,
      Entrypoint: null,
      Env: ["PATH=/bin", ...(options["env"] ?? [])],
      Labels: {},
    },
    HostConfig: {
      Privileged: options["privileged"] !== undefined,
      NetworkMode: last("network") ?? "default",
      PidMode: last("pid") ?? "",
      IpcMode: "private",
      RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
      LogConfig: { Type: "json-file", Config: {} },
      Memory: 0,
      CapAdd: null,
      SecurityOpt: ["label=disable"],
    },
    Mounts: (options["volume"] ?? []).map((volume) => {
      const [Source = "", Destination = "", mode = ""] = volume.split(":");
      return { Type: "bind", Source, Destination, RW: mode !== "ro" };
    }),
    State: { Status: "running", StartedAt: STARTED },
  };
}

/** What the files that are bound into them say. */
function filesOf({ options }: TypedContainer): FoundFile[] {
  return (options["volume"] ?? []).flatMap((volume): FoundFile[] => {
    const [source = "", path = ""] = volume.split(":");
    const [, file] = /^\/root\/(.+)$/.exec(source) ?? [];
    return file === undefined ? [] : [{ container: options["name"]!.at(-1)!, path, source, text: readFixture(file) }];
  });
}
