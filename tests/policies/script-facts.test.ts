import assert from "node:assert/strict";
import { type ContainerFacts, factsOfFiles, factsOfImage, factsOfPlanned } from "../../plan/rules/facts";
import { factsOfCommand } from "../../policies/command-facts";
import { factsOfDelivery, factsOfUsedImage } from "../../policies/resource-facts";
import { readRunLines } from "../../policies/run-lines";
import { factsOfScript } from "../../policies/script-facts";
import type { Values } from "../unit/example-stack";
import { batchesOf, fanOutPlan } from "./batches";

/** A command line does not tell where a program ends and its arguments begin. */
function comparable(all: readonly ContainerFacts[]): ContainerFacts[] {
  const joined = all.map((facts) => ({ ...facts, entrypoint: [], argv: [...facts.entrypoint, ...facts.argv] }));
  return joined.sort((a, b) => (`${a.host} ${a.name}` < `${b.host} ${b.name}` ? -1 : 1));
}

const STACKS: Readonly<Record<string, Values>> = {
  cygnus: {},
  "cygnus with the profile minimal": { profile: "minimal" },
  "cygnus with a munge key": { munge: { mode: "key" } },
  "a stack with mirrors": {
    images: {
      registry: "reg.site:5000",
      namespace: "ldms",
      tag: "4.5.3",
      mirrors: [{ hosts: "cygnus-[01-02]", registry: "mirror.site:5000" }],
    },
  },
  "a stack with words that a shell would take apart": {
    samplers: [{ hosts: "cygnus-[01-04]", options: ["-v", 'it\'s $HOME; `id` "quoted"'], plugins: [{ name: "meminfo", interval: "1s" }] }],
  },
};

describe("what batches say", () => {
  for (const [name, changes] of Object.entries(STACKS)) {
    const plan = fanOutPlan(changes);
    const batches = batchesOf(plan);

    it(`is of ${name} each container of the plan, on each of its hosts`, () => {
      assert.ok(plan.containers.length > 10);
      assert.deepEqual(comparable(batches.flatMap(factsOfScript)), comparable(plan.containers.map(factsOfPlanned)));
      assert.deepEqual(
        batches.flatMap((batch) => factsOfCommand(batch).unread),
        [],
      );
    });

    it(`is of ${name} each file of the plan, once on each of its hosts`, () => {
      const read = batches.flatMap(factsOfDelivery).map((facts) => ({ ...facts, isUniform: undefined, lengthBytes: undefined }));
      const lines = (all: readonly object[]) => all.map((one) => JSON.stringify(Object.entries(one).sort())).sort();
      assert.deepEqual(lines(read), lines(factsOfFiles(plan)));
    });

    it(`is of ${name} each image of the plan, by its own registry`, () => {
      const references = (all: readonly { readonly reference: string | undefined }[]) =>
        [...new Set(all.map((one) => one.reference))].sort();
      assert.deepEqual(references(batches.flatMap(factsOfUsedImage)), references(plan.images.map(factsOfImage)));
    });
  }

  it("judges the key that a batch delivers, and no line behind it", () => {
    const keys = batchesOf(fanOutPlan({ munge: { mode: "key" } }))
      .flatMap(factsOfDelivery)
      .filter(({ path }) => path.endsWith("/munge.key"));
    assert.deepEqual([...new Set(keys.map(({ isUniform, lengthBytes }) => `${isUniform} ${lengthBytes}`))], ["false 32"]);
    assert.equal(keys.length, 8);
  });
});

describe("readRunLines", () => {
  const read = (line: string) => readRunLines(`x() { exec ${line}; }\n`);

  it("reads options by space and by =, all values of each, then the image and its arguments", () => {
    assert.deepEqual(read("docker run --env A=1 --env=B=2 --privileged img --privileged -x"), {
      runs: [
        {
          options: new Map([
            ["--env", ["A=1", "B=2"]],
            ["--privileged", [""]],
          ]),
          image: "img",
          argv: ["--privileged", "-x"],
        },
      ],
      unread: [],
    });
  });

  it("takes quotes as a POSIX shell does", () => {
    assert.deepEqual(read(`docker container run 'a b'c "d e" it\\'s`).runs[0]?.argv, ["d e", "it's"]);
  });

  const UNREAD: Readonly<Record<string, string>> = {
    "docker run --gpus all img": "the option `--gpus` of a `docker run`",
    "docker run -d img": "the option `-d` of a `docker run`",
    "docker run --privileged=$p img": "word 1 of a `docker run`",
    'docker run --name a "$image"': "word 3 of a `docker run`",
    "docker run $(cat /etc/options) img": "word 1 of a `docker run`",
    "docker create --volume /:/host img >/dev/null": "word 4 of a `docker run`",
  };
  for (const [line, reason] of Object.entries(UNREAD)) {
    it(`says what it cannot read: ${line}`, () => assert.deepEqual(read(line), { runs: [], unread: [reason] }));
  }

  it("finds nothing in a script that starts no container", () => {
    assert.deepEqual(readRunLines("docker volume create x\ndocker pull run\n"), { runs: [], unread: [] });
  });
});
