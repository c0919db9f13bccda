import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/**
 * Runs a program against Pulumi's mocks and returns what it registered, sorted by type and name. Custom resources answer with their inputs and the
 * outputs that this project reads. Mocks see neither parent nor dependencies; the engine tests do.
 */
export async function record(program: () => unknown): Promise<Recorded[]> {
  const seen: Recorded[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        seen.push({ type, name, inputs });
        return { id: `${name}-id`, state: { ...inputs, imageId: `sha256:${name}`, repoDigest: `${inputs["imageName"]}@sha256:0` } };
      },
      call: () => ({}),
    },
    "ldms",
    "test",
    false,
  );
  await program();
  // Exists at run time and is missing from the SDK's types; without it the list is not complete.
  await (pulumi.runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();
  return seen.sort((a, b) => `${a.type} ${a.name}`.localeCompare(`${b.type} ${b.name}`));
}
