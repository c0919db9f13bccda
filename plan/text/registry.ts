/** The registry that an engine asks for the image: `docker.io` for `ovishpc/ldms-samp`. */
export function registryOf(reference: string): string {
  return splitRegistry(reference).registry ?? "docker.io";
}

/** @see https://github.com/distribution/reference: the part before the first slash is a registry where it has a dot, a colon or a capital, or is localhost */
export function splitRegistry(reference: string): { readonly registry?: string; readonly repository: string } {
  const [, registry, repository = reference] = /^([^/]*[.:A-Z][^/]*|localhost)\/(.*)$/.exec(reference) ?? [];
  return { ...(registry !== undefined && { registry }), repository };
}
