import assert from "node:assert/strict";
import { type MungeKeys, type RotationSteps, rotateMungeKey } from "../../operations/munge/munge-rotation";

class Killed extends Error {}

/** Three hosts, their keys, and a stack file; dies before the step of that number, as a killed process does. */
class World {
  keys: MungeKeys = { current: "old" };
  readonly hosts: Record<string, string> = { n1: "old", n2: "old", n3: "old" };
  /** Hosts that do not take a key of that name. */
  refused: Readonly<Record<string, string>> = {};
  readonly said: string[] = [];
  private steps = 0;

  constructor(public diesBefore = Number.POSITIVE_INFINITY) {}

  get settled(): boolean {
    return new Set(Object.values(this.hosts)).size === 1 && this.hosts["n1"] === this.keys.current && this.keys.before === undefined;
  }

  step(): void {
    if (this.steps++ >= this.diesBefore) throw new Killed();
  }

  rotation(): RotationSteps {
    return {
      readKeys: async () => this.keys,
      writeKeys: async (keys) => {
        this.step();
        this.keys = keys;
      },
      makeKey: () => "new",
      assertSettled: async () => assert.equal(new Set(Object.values(this.hosts)).size, 1),
      deliver: async () => {
        let areAllWell = true;
        for (const host of Object.keys(this.hosts)) {
          this.step();
          if (this.refused[host] === this.keys.current) areAllWell = false;
          else this.hosts[host] = this.keys.current;
        }
        return areAllWell;
      },
      agree: async () => {
        this.step();
        return new Set(Object.values(this.hosts)).size === 1;
      },
      say: (text) => this.said.push(text),
    };
  }
}

describe("rotateMungeKey", () => {
  it("gives every host the new key, and forgets the old one", async () => {
    const world = new World();
    assert.equal(await rotateMungeKey(world.rotation()), "done");
    assert.deepEqual([world.keys, world.hosts], [{ current: "new" }, { n1: "new", n2: "new", n3: "new" }]);
  });

  it("puts the old one back everywhere where one host does not take the new one", async () => {
    const world = new World();
    world.refused = { n2: "new" };
    assert.equal(await rotateMungeKey(world.rotation()), "back");
    assert.deepEqual([world.keys, world.hosts], [{ current: "old" }, { n1: "old", n2: "old", n3: "old" }]);
    assert.deepEqual(world.said, ["not every munged took the new key: the old key goes back"]);
  });

  it("changes nothing where the hosts are not settled", async () => {
    const world = new World();
    world.hosts["n3"] = "other";
    await assert.rejects(rotateMungeKey(world.rotation()));
    assert.deepEqual([world.keys, world.hosts["n1"]], [{ current: "old" }, "old"]);
  });

  it("stays open where the old one does not go back either, and the next one closes it", async () => {
    const world = new World();
    world.refused = { n2: "new", n1: "old" };
    assert.equal(await rotateMungeKey(world.rotation()), "open");
    assert.ok(!world.settled);
    world.refused = {};
    assert.equal(await rotateMungeKey(world.rotation()), "done");
    assert.ok(world.settled);
  });

  for (const refused of [{}, { n2: "new" }]) {
    const ending = "n2" in refused ? "that goes back" : "that goes through";
    it(`killed before any step of one ${ending}, is ended by the next`, async () => {
      for (let diesBefore = 0; ; diesBefore++) {
        const world = new World(diesBefore);
        world.refused = refused;
        const isWhole = await rotateMungeKey(world.rotation()).then(
          () => true,
          (error) => !(error instanceof Killed),
        );
        if (isWhole) {
          assert.ok(diesBefore > 5);
          return;
        }
        world.diesBefore = Number.POSITIVE_INFINITY;
        await rotateMungeKey(world.rotation());
        assert.ok(world.settled, `killed before step ${diesBefore}: ${JSON.stringify(world)}`);
      }
    });
  }
});
