/** What rules read of `docker inspect` of a running container. Docker writes null for a list or map that is empty. */
export interface InspectedContainer {
  /** `/samp` */
  readonly Name: string;
  /** Id of the image that it runs. */
  readonly Image: string;
  readonly Config: {
    /** The image as it was asked for: `ovishpc/ldms-samp:4.5.3` or `sha256:…`. */
    readonly Image: string;
    readonly Cmd: readonly string[] | null;
    readonly Entrypoint: readonly string[] | null;
    /** Each property reads its own. */
    readonly [field: string]: unknown;
  };
  readonly HostConfig: Readonly<Record<string, unknown>>;
  readonly Mounts: readonly InspectedMount[];
}

export interface InspectedMount {
  readonly Type: string;
  /** Of a volume: its name. */
  readonly Name?: string;
  /** A path of the host. */
  readonly Source: string;
  readonly Destination: string;
  readonly RW: boolean;
}

/** What an image's own configuration gives each of its containers, and its names on that host. */
export interface InspectedImage {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  /** Of one that was pulled by digest, which has no tag there. */
  readonly RepoDigests?: readonly string[] | null;
  readonly Config: {
    readonly Env?: readonly string[] | null;
    readonly Cmd?: readonly string[] | null;
    readonly Entrypoint?: readonly string[] | null;
  };
}

/** A key for a container's own munged, as `stat` tells it. */
export interface FoundKey {
  readonly path: string;
  /** `0600` */
  readonly mode: string;
  /** `101:101` */
  readonly owner: string;
  readonly isUniform: boolean;
  readonly lengthBytes: number;
}

/** Everything that runs on one host. */
export interface InspectedHost {
  readonly host: string;
  readonly containers: readonly InspectedContainer[];
  readonly images: readonly InspectedImage[];
  readonly keys: readonly FoundKey[];
}
