/** What one file of known hosts came to. */
export interface TrustedKeys {
  /** As the stack file names it. */
  readonly file: string;
  /** Nobody wanted its new keys: it is as it was. */
  readonly isDeclined: boolean;
  /** Hosts whose key is in it, each as it is now. */
  readonly hosts: readonly string[];
  /** Hosts that gave no key. */
  readonly silent: readonly string[];
}

/** Every host gave a key, and all are kept. */
export function isWhole(trusted: readonly TrustedKeys[]): boolean {
  return trusted.every(({ isDeclined, silent }) => !isDeclined && silent.length === 0);
}
