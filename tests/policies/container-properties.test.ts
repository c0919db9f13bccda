import assert from "node:assert/strict";
import fc from "fast-check";
import { containerArgs } from "../../components/docker-container";
import { CONTAINER } from "../../engine/providers/docker/container";
import { createBodyOf } from "../../engine/providers/docker/container-state";
import { factsOfRun } from "../../plan/container-properties/forms";
import { renderDockerRun } from "../../plan/docker-run/docker-run";
import type { PlannedContainer } from "../../plan/model/container";
import type { InspectedContainer } from "../../plan/model/inspected";
import { type ContainerFacts, factsOfPlanned } from "../../plan/rules/facts";
import { factsOfInspected } from "../../plan/rules/inspected-facts";
import { shellLine } from "../../plan/text/shell";
import { factsOfContainer, readWhole } from "../../policies/container-inputs";
import { CONTAINER_TYPE } from "../../policies/resource-facts";
import { readRunLines } from "../../policies/run-lines";
import type { PropertyMap } from "../../stack/property-value";
import { anyContainer } from "../unit/any-container";

const IMAGE = `sha256:${"1".repeat(64)}`;

/** As an engine hands inputs over: plain JSON. */
function inputsOf(container: PlannedContainer): PropertyMap {
  return JSON.parse(JSON.stringify(containerArgs(container, IMAGE)));
}

/** What Docker says of a container that the embedded engine makes; of binds it makes mounts by itself. */
function inspect(container: PlannedContainer): InspectedContainer {
  const { HostConfig, ...Config } = createBodyOf(inputsOf(container)) as { HostConfig: Record<string, unknown> };
  const Mounts = container.mounts.map((mount) => {
    const [Type, Source] = mount.kind === "bind" ? ["bind", mount.hostPath] : ["volume", `/var/lib/docker/volumes/${mount.volume}`];
    return { Type, Source, ...(mount.kind === "volume" && { Name: mount.volume }), Destination: mount.containerPath, RW: !mount.readOnly };
  });
  return { Name: `/${container.name}`, Image: IMAGE, Config, HostConfig, Mounts } as unknown as InspectedContainer;
}

/** A command line does not tell where a program ends and its arguments begin. */
function asTyped({ entrypoint, argv, ...facts }: ContainerFacts): object {
  return { ...facts, argv: [...entrypoint, ...argv] };
}

function assertAll(circle: (container: PlannedContainer) => void): void {
  fc.assert(fc.property(anyContainer, circle), { numRuns: 100 });
}

describe("CONTAINER_PROPERTIES", () => {
  it("reads back from a command line what the plan says", () =>
    assertAll((container) => {
      const { runs, unread } = readRunLines(shellLine(renderDockerRun(container, { images: [{ name: container.image, reference: "x" }] })));
      assert.deepEqual(unread, []);
      assert.deepEqual(
        runs.map((line) => asTyped({ ...factsOfRun(line), host: container.host })),
        [asTyped(factsOfPlanned(container))],
      );
    }));

  it("reads back from a resource's inputs what the plan says", () =>
    assertAll((container) => {
      const resource = { type: CONTAINER_TYPE, name: `${container.host}-${container.name}`, props: inputsOf(container) };
      assert.deepEqual(readWhole(factsOfContainer(resource)), factsOfPlanned(container));
    }));

  it("reads back from what Docker says of a running one what the plan says", () =>
    assertAll((container) => {
      assert.deepEqual(factsOfInspected(inspect(container), undefined, container.host), factsOfPlanned(container));
    }));

  it("writes inputs that the embedded engine takes", () =>
    fc.assert(
      fc.asyncProperty(anyContainer, async (container) => {
        assert.deepEqual((await CONTAINER.check(inputsOf(container))).failures, []);
      }),
      { numRuns: 100 },
    ));
});
