import { renderPath } from "../config/wording";

/** `ldms_cfg.yaml: samplers[0]` */
export function placeOf(file: string, key: string, index: number | string): string {
  return `${file}: ${renderPath([key, index])}`;
}
