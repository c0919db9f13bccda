import { stackFolder } from "../model/places";

import { shellQuote } from "../text/shell";

/**
 * Says which head works on the host: one that has lost it, because it left the stack file or got other hosts, must not take away what the next one
 * has found there. Absent for the first head of a stack.
 */
export function claimFile(stack: string): string {
  // No stack has an `@` in its name, and so no folder of this one.
  return `${stackFolder(stack)}@head`;
}

/** A function of the host script: notes a claim to be made where the host is another head's, or nobody's. */
export function renderClaimCheck(stack: string, claim: string): string {
  const file = claimFile(stack);
  return `check_claim() {
  claimed=
  [ ! -e ${file} ] || read -r claimed <${file}
  [ "$claimed" = ${shellQuote(claim)} ] || note head claim
}`;
}

/** A line of the host script that makes it. */
export function renderClaiming(stack: string, claim: string): string {
  const file = claimFile(stack);
  const folder = file.slice(0, file.lastIndexOf("/"));
  // The first head may have taken back a host that has no file of the stack.
  if (claim === "") return `[ ! -e ${file} ] || { rm -f ${file}; rmdir ${folder} 2>/dev/null || true; }`;
  return `mkdir -p ${folder} && echo ${shellQuote(claim)} >${file} || fail "cannot write ${file}"`;
}
