import { type ImageName, type UpstreamImage, upstreamOf } from "../model/image";

/** Globs over paths relative to the ovis tree: `*` within a folder, `**` across folders, `{a,b}` either. */
export interface ImageContents {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Left out everywhere: what a build leaves behind and no program reads; caches would also differ from build to build. */
const NOWHERE = ["**/__pycache__/**", "**/*.pyc", "**/*.la", "**/*.a"];
/** SOS, the base of the storage plugins, and its RPC library. */
const STORE_LIBRARIES = "lib/lib{key,sos,dsos,idx,ods,tirpc}*";
/** Programs and Python packages that cannot start without STORE_LIBRARIES. */
const STORE_PROGRAMS = ["{bin,sbin}/{dsosd,dsosql}", "{bin,sbin}/{sos,ods}{-,_}*", "lib/python*/**/{sosdb,numsos}/**"];

/**
 * What each image takes of an ovis tree (the install prefix of ovis, SOS, maestro and the UI; the Grafana plugin in `dsosds/`).
 * As upstream's docker-build.sh scripts select, plus in the maestro image the tools that people use there by hand.
 */
export const IMAGE_CONTENTS: Readonly<Record<UpstreamImage, ImageContents>> = {
  "ldms-dev": { include: [], exclude: [] },
  "ldms-samp": {
    include: ["bin/**", "sbin/**", "etc/**", "lib/lib*", "lib/python*/**", "lib/ovis-ldms/**"],
    exclude: [...NOWHERE, STORE_LIBRARIES, ...STORE_PROGRAMS, "bin/maestro*", "lib/ovis-ldms/libstore*"],
  },
  "ldms-agg": {
    include: ["bin/**", "sbin/**", "etc/**", "lib/lib*", "lib/python*/**", "lib/ovis-ldms/**"],
    exclude: [...NOWHERE, "bin/maestro*"],
  },
  "ldms-maestro": {
    include: [
      "bin/maestro*",
      "{bin,sbin}/{ldms_ls,ldmsd_controller}",
      "etc/**",
      "lib/lib*",
      "lib/python*/**",
      "lib/ovis-ldms/lib{zap,ldms_auth}*",
    ],
    exclude: [...NOWHERE, STORE_LIBRARIES, ...STORE_PROGRAMS, "lib/libldmsd*"],
  },
  "ldms-ui": { include: ["ui/**", "etc/**", "lib/lib*", "lib/python*/**"], exclude: [...NOWHERE] },
  "ldms-grafana": { include: ["dsosds/**"], exclude: [] },
};

/** Whether the image takes the file of the ovis tree: `lib/ovis-ldms/libmeminfo.so`. */
export function takesOvisFile(image: ImageName, path: string): boolean {
  const { include, exclude } = IMAGE_CONTENTS[upstreamOf(image)];
  return include.some((glob) => matchesGlob(path, glob)) && !exclude.some((glob) => matchesGlob(path, glob));
}

/** `lib/lib*` matches `lib/libsos.so` and not `lib/ovis-ldms/libsos.so`. */
export function matchesGlob(path: string, glob: string): boolean {
  return globToRegExp(glob).test(path);
}

function globToRegExp(glob: string): RegExp {
  return new RegExp(`^${globToPattern(glob)}$`);
}

/** As a regular expression that both JavaScript and POSIX `grep -E` read, without its ends. */
export function globToPattern(glob: string): string {
  return glob.replace(/\*\*\/|\*\*|\*|\{[^}]*\}|[^*{]+/g, (part) => {
    if (part === "**/") return "(.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    if (part.startsWith("{")) return `(${part.slice(1, -1).split(",").map(escapeRegExp).join("|")})`;
    return escapeRegExp(part);
  });
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");
}
