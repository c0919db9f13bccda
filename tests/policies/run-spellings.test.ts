import assert from "node:assert/strict";
import { batchOf, findMandatory } from "./inputs";
import { pickFrom, randomFrom } from "./mutation-kit";
import { ownScripts } from "./own-scripts";
import { spellBreaking, spellHarmless } from "./run-spellings";

const COUNT = 400;

describe("spellings of a script", () => {
  it(`that breaks a rule by its \`docker run\` get that rule's finding or the one that it cannot be read, ${COUNT} times`, () => {
    const pick = pickFrom(randomFrom(11));
    const read = { right: 0, unread: 0 };
    for (let i = 0; i < COUNT; i++) {
      const { rule, script } = spellBreaking(pick);
      const found = findMandatory(batchOf(script));
      assert.ok(found.includes(rule) || found.includes("docker-runs-readable"), `${i}: ${rule} by\n${script}\n${found.join("\n")}`);
      read[found.includes(rule) ? "right" : "unread"]++;
    }
    // A reader that takes everything for unreadable would pass as well.
    assert.ok(read.right > COUNT / 4 && read.unread > COUNT / 8, JSON.stringify(read));
  });

  it(`that starts nothing raise no alarm, ${COUNT} times`, () => {
    const pick = pickFrom(randomFrom(12));
    for (let i = 0; i < COUNT; i++) {
      const script = spellHarmless(pick);
      assert.deepEqual(findMandatory(batchOf(script)), [], `${i}:\n${script}`);
    }
  });

  for (const [name, scripts] of Object.entries(ownScripts())) {
    it(`of this project raise no alarm: ${name}`, () => {
      assert.ok(scripts.length > 0);
      for (const script of scripts) assert.deepEqual(findMandatory(batchOf(script)), []);
    });
  }
});
