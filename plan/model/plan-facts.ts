/** What only the edge can know of secrets and files; given to the plan, which stays pure. */
export interface PlanFacts {
  /** A setting of the stack file is encrypted, so that any text of the plan may have what nobody else may read. */
  readonly hasEncryptedSettings?: true;
  /** By config name (`mungeKey`). */
  readonly secrets: Readonly<Record<string, SecretFacts>>;
  /** Content of each file that a `configFile` names, by that path as written; absent when it cannot be read. */
  readonly ownFiles: Readonly<Record<string, string>>;
  /** Names of the files in each folder that the stack file names, by its path as written; the files themselves are among `ownFiles`. */
  readonly ownFolders?: Readonly<Record<string, readonly string[]>>;
  /** What the files hold that `images.archive` names; absent: it names none that is read. */
  readonly archives?: readonly ArchiveFacts[];
}

/** One file, or folder, of `images.archive`. */
export type ArchiveFacts = ReadArchive | { readonly path: string; readonly problem: string };

export interface ReadArchive {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly images: readonly { readonly id: string; readonly tags: readonly string[]; readonly platform: string }[];
}

export interface SecretFacts {
  readonly lengthBytes: number;
  /** All bytes are the same, as in the key that upstream's images ship. */
  readonly isUniform: boolean;
  /** Of a munge key, which is kept so. @default true */
  readonly isBase64?: boolean;
  /** Of an ovis secret: one word, as ldmsd reads it. @default true */
  readonly isWord?: boolean;
  /** scrypt of the value, or an HMAC by another secret, hex: tells two values apart without telling either. */
  readonly fingerprint: string;
}
