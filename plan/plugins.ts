export interface PluginFacts {
  readonly name: string;
  readonly kind: "sampler" | "store";
  readonly isMultiInstance: boolean;
  readonly isRenamable: boolean;
  readonly hasPassingSets: boolean;
  readonly sets: number;
  readonly setKib: number;
  readonly isMeasured: boolean;
}
export const UNKNOWN_PLUGIN: Omit<PluginFacts, "name"> = {
  kind: "sampler",
  isMultiInstance: false,
  isRenamable: true,
  hasPassingSets: false,
  sets: 4,
  setKib: 16,
  isMeasured: false,
};
export function findPlugin(_name: string): PluginFacts | undefined {
  return undefined;
}
