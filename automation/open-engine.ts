import type { StackLocation } from "../stack/open-stack";
import { choosePulumi, type EngineChoice } from "./run-begin";
import type { SiteEngine, StackEngine } from "./stack-engine";

/** The engine of a program's site. @throws Error for one that is not there */
export function openEngine(location: StackLocation, choice: EngineChoice | undefined): SiteEngine {
  const isPulumi = choosePulumi(choice) !== undefined;
  let loaded: StackEngine | undefined;
  const load = () => {
    loaded ??= isPulumi ? loadPulumi(location) : loadEmbedded(location);
    return loaded;
  };
  return { name: isPulumi ? "pulumi" : "embedded", location, open: load, records: load };
}

function loadPulumi(location: StackLocation): StackEngine {
  const { PulumiEngine } = require("./pulumi-engine") as typeof import("./pulumi-engine");
  return new PulumiEngine(location);
}

function loadEmbedded(location: StackLocation): StackEngine {
  const { EmbeddedEngine } = require("./embedded-engine") as typeof import("./embedded-engine");
  return new EmbeddedEngine(location);
}
