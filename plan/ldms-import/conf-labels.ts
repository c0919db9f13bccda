/** `agg1` of `ldmsd@agg1.conf`, of `ldmsd_agg1.conf` and of `agg1/ldmsd.conf`. */
export function labelConfs(names: readonly string[]): string[] {
  const labels = names.map((name) => {
    const [file = "", folder = ""] = name.split("/").reverse();
    const bare = file.replace(/\.(conf|txt)$/, "").replace(/^ldmsd[@._-]?/, "");
    return plainName(bare === "" ? folder : bare) || "ldmsd";
  });
  return labels.map((label, i) => (labels.indexOf(label) === i ? label : `${label}-${i + 1}`));
}

function plainName(text: string): string {
  return text.replaceAll(/[^A-Za-z0-9.-]/g, "-").replaceAll(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}
