import assert from "node:assert/strict";
import { COMMAND_RULES, CONNECTION_RULES } from "../../plan/rules/command-rules";
import { CONTAINER_RULES } from "../../plan/rules/container-rules";
import { type ContainerFacts, type FileFacts, factsOfConnection, factsOfFiles, factsOfImage, factsOfPlanned } from "../../plan/rules/facts";
import { FILE_RULES } from "../../plan/rules/file-rules";
import { IMAGE_RULES } from "../../plan/rules/image-rules";
import { factsOfInspected, factsOfKeys } from "../../plan/rules/inspected-facts";
import { DEFAULT_PARAMETERS } from "../../plan/rules/parameters";
import { isBroken, type Reader, type Rule } from "../../plan/rules/rule";
import { STACK_RULES } from "../../plan/rules/stack-rules";
import { factsOfCommand, factsOfConnection as factsOfSeenConnection } from "../../policies/command-facts";
import { factsOfContainer } from "../../policies/container-inputs";
import { factsOfDelivery, factsOfUsedImage } from "../../policies/resource-facts";
import { factsOfScript } from "../../policies/script-facts";
import { examplePlan } from "../unit/example-stack";
import { batchWith, commandWith, containerWith, deliveryWith, providerWith, pulledImageWith } from "./inputs";
import { inspectedWith, keyWith } from "./inspections";
import { fileWith, plannedWith } from "./planned";

/** What a reader makes of something of these facts, told in the reader's own language; nothing where it has no such thing. */
type Told<Facts> = Readonly<Record<Reader, (facts: Facts) => readonly Facts[]>>;

const NOTHING = () => [];
const [HOST] = examplePlan().hosts;

const CONTAINERS: Told<ContainerFacts> = {
  plan: (facts) => [factsOfPlanned(plannedWith(facts))],
  resources: (facts) => [factsOfContainer(containerWith(facts))],
  audit: (facts) => [factsOfInspected(inspectedWith(facts), undefined, facts.host)],
};
/** The pack's other way: what the method `fan-out` registers. */
const BATCHED: Told<ContainerFacts> = { ...CONTAINERS, resources: (facts) => factsOfScript(batchWith(facts)) };
const FILES: Told<FileFacts> = {
  plan: (facts) => factsOfFiles({ ...examplePlan(), hosts: [{ ...HOST!, name: facts.host, files: [fileWith(facts)] }] }),
  resources: (facts) => factsOfDelivery(deliveryWith(facts)),
  // Keys only.
  audit: (facts) =>
    facts.path.endsWith("/munge.key") ? factsOfKeys({ host: facts.host, containers: [], images: [], keys: [keyWith(facts)] }) : [],
};

function describeTable<Facts>(rules: readonly Rule<Facts>[], told: Told<Facts>, resources = "resources"): void {
  for (const rule of rules) {
    const { breaking, passing } = rule.examples;
    const parameters = { ...DEFAULT_PARAMETERS, ...rule.examples.parameters };
    const breaks = (reader: Reader, facts: Facts) => told[reader](facts).some((one) => isBroken(rule, one, parameters));
    for (const reader of ["plan", "resources", "audit"] as const) {
      const isVisible = rule.readers.includes(reader);
      it(`${rule.name}: ${isVisible ? "broken and kept" : "not visible"} in ${reader === "resources" ? resources : reader}`, () => {
        assert.equal(breaks(reader, breaking), isVisible);
        assert.equal(breaks(reader, passing), false);
      });
    }
  }
}

describe("the readers of the rules agree", () => {
  describeTable(CONTAINER_RULES, CONTAINERS);
  describeTable(CONTAINER_RULES, BATCHED, "batches");
  describeTable(FILE_RULES, FILES);
  describeTable(IMAGE_RULES, {
    // What its daemons load is said by their files.
    plan: ({ reference = "", plugins }) => [{ ...factsOfImage({ name: "ldms-samp", reference }), ...(plugins && { plugins }) }],
    resources: (facts) => factsOfUsedImage(pulledImageWith(facts)),
    audit: ({ reference }) => [{ reference, hosts: ["cygnus-01"], isThere: true } as const],
  });
  describeTable(COMMAND_RULES, { plan: NOTHING, resources: (facts) => [factsOfCommand(commandWith(facts))], audit: NOTHING });
  describeTable(CONNECTION_RULES, {
    plan: ({ host, isPinned }) => {
      const { connection } = HOST!;
      assert.ok(connection.kind === "ssh");
      return [
        factsOfConnection({ ...HOST!, name: host, connection: { ...connection, ...(isPinned && { knownHostsFile: "known_hosts" }) } }),
      ];
    },
    resources: (facts) => factsOfSeenConnection(providerWith(facts)),
    audit: NOTHING,
  });
  type TellStack = Told<(typeof STACK_RULES)[number]["examples"]["breaking"]>;
  const tell =
    (told: Told<ContainerFacts>, reader: Reader): TellStack[Reader] =>
    (stack) => [{ containers: stack.containers.flatMap(told[reader]), files: stack.files.flatMap(FILES[reader]) }];
  const tellAll = (told: Told<ContainerFacts>): TellStack => ({
    plan: tell(told, "plan"),
    resources: tell(told, "resources"),
    audit: tell(told, "audit"),
  });
  describeTable(STACK_RULES, tellAll(CONTAINERS));
  describeTable(STACK_RULES, tellAll(BATCHED), "batches");
});
