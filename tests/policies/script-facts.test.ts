import assert from "node:assert/strict";
import { listContainers } from "../../plan/model/deployment-plan";
import { type ContainerFacts, factsOfFiles, factsOfImage, factsOfPlanned } from "../../plan/rules/facts";
import { factsOfCommand } from "../../policies/command-facts";
import { factsOfDelivery, factsOfUsedImage } from "../../policies/resource-facts";
import { readRunLines } from "../../policies/run-lines";
import { factsOfScript } from "../../policies/script-facts";
import type { Values } from "../unit/example-stack";
import { batchesOf, fanOutPlan } from "./batches";
import { batchOf, findMandatory } from "./inputs";

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
      assert.ok(listContainers(plan).length > 10);
      assert.deepEqual(comparable(batches.flatMap(factsOfScript)), comparable(listContainers(plan).map(factsOfPlanned)));
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

describe("a command's `docker run` lines", () => {
  const RUN = "docker run --label ldms.role=maestro --pid container:samp img";
  const PLACES: Readonly<Record<string, object>> = {
    "a script that runs at the resource's end": { create: "true", delete: RUN },
    "a script that a shell reads from stdin": { create: "sh", stdin: RUN },
    "a script on stdin with its words on lines of their own": { create: "sh", stdin: RUN.replaceAll(" ", " \\\n") },
    "a variable that the script runs": { create: "$START", environment: { START: RUN } },
    "the program that is given the script": { create: "true", interpreter: RUN.split(" ") },
  };
  for (const [place, props] of Object.entries(PLACES)) {
    it(`are found in ${place}`, () =>
      assert.ok(findMandatory({ ...batchOf(""), props: { ...props } }).includes("joins-no-other-container")));
  }

  it("are none of a delivery's contents", () => {
    const stdin = `${Buffer.from(RUN).toString("base64")}\ngenerate:50\n`;
    assert.deepEqual(findMandatory({ ...batchOf(""), props: { create: "read -r content\n", stdin } }), []);
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
    "docker run --sysctl all img": "the option `--sysctl` of a `docker run`",
    "docker run -d img": "the option `-d` of a `docker run`",
    "docker run --privileged=$p img": "word 1 of a `docker run`",
    'docker run --name a "$image"': "word 3 of a `docker run`",
    "docker run $(cat /etc/options) img": "word 1 of a `docker run`",
    "docker create --volume /:/host img $(date)": "word 4 of a `docker run`",
  };
  for (const [line, reason] of Object.entries(UNREAD)) {
    it(`says what it cannot read: ${line}`, () => assert.deepEqual(read(line), { runs: [], unread: [reason] }));
  }

  const ENGINES: Readonly<Record<string, string>> = {
    "docker --log-level error run img": "a `docker run` with options before it",
    "docker -H tcp://other:2375 run img": "a `docker run` with options before it",
    "docker --wait run img": "the option `--wait` of `docker`",
    "docker $verb img": "a word that only a shell can tell of `docker`",
    "docker container $verb img": "`docker container …`",
    "docker compose up": "`docker compose`",
    "docker update --restart no samp": "`docker update`",
    "docker service create img": "`docker service`",
    "docker stack deploy x": "`docker stack`",
    "docker buildx build .": "`docker buildx`",
    "docker cp x samp:/x": "`docker cp`",
    "docker exec --privileged samp sh": "the option `--privileged` of a `docker exec`",
    'docker exec "$name" sh': "a word that only a shell can tell of a `docker exec`",
    "docker exec --user $user samp sh": "a word that only a shell can tell of a `docker exec`",
    "docker volume create --opt device=/ data": "the option `--opt` of a `docker volume create`",
    "podman run img": "`podman run`",
    "nerdctl run img": "`nerdctl run`",
    "podman-remote create img": "`podman-remote create`",
    "ctr run img x": "`ctr`",
    "crictl runp x": "`crictl`",
    "runc run x": "`runc`",
    "lxc launch x": "`lxc`",
    "systemd-nspawn -D /": "`systemd-nspawn`",
    "apptainer exec x sh": "`apptainer`",
    "xargs docker": "`docker` without its verb",
    "ln -s /usr/bin/docker /tmp/d": "`docker` by another name",
    "$engine run img": "`$engine run`",
    "docker$IFS-run img": "`docker$IFS-run`",
    "engine=docker": "a variable that holds `docker`",
    "alias d=/usr/bin/docker": "a variable that holds `docker`",
    "base64 -d | sh": "a script that a shell reads from a pipe",
    'eval "$start"': "an `eval` of words that only a shell can tell",
    'python3 -c \'run(["docker", "run"])\'': "a program for `python3` that names an engine's client",
    "curl --unix-socket /run/docker.sock http://d/x": "a talk with the engine past its client",
    'curl --unix-socket "$socket" http://d/x': "a socket that only a shell can tell",
    "curl http://cygnus-02:2375/x": "a talk with the engine past its client",
    "ls() { exec; }": "another `ls` than the shell's own",
  };
  for (const [line, reason] of Object.entries(ENGINES)) {
    it(`says that it cannot judge: ${line}`, () => assert.deepEqual(readRunLines(`set -eu\n${line}\n`), { runs: [], unread: [reason] }));
  }

  it("takes no variable of a script for what the plan's own one of the name is", () => {
    assert.deepEqual(readRunLines("number=1\ndocker run --env COMPID=$number img\n").unread, ["word 2 of a `docker run`"]);
  });

  it("says that it cannot judge a script that nests deeper than anybody writes", () => {
    const unread = ["a script that is nested too deep to be read"];
    assert.deepEqual(readRunLines("$(".repeat(20_000)), { runs: [], unread });
    assert.deepEqual(readRunLines("(".repeat(20_000)), { runs: [], unread });
  });

  it("shows nothing of a script that a terminal would act on", () => {
    assert.deepEqual(readRunLines("docker run '--\u001b[31m' img\n").unread, ["the option `…` of a `docker run`"]);
  });

  it("finds nothing in a script that starts no container", () => {
    assert.deepEqual(readRunLines("docker volume create x\ndocker pull run\n"), { runs: [], unread: [] });
  });
});
