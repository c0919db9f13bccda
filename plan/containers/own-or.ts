/** The image's own script; where it is not there, as in the images that upstream publishes, a simpler command. */
export function ownOr(script: string, command: string): string {
  return `if [ -x ${script} ]; then exec ${script}; else ${command}; fi`;
}
