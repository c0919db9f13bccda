import assert from "node:assert/strict";
import type { EdgeRow, GroupRow, HostChanges } from "../../portal/api";
import { layGroups } from "../../portal/page/parts/group-layout";
import { chooseCells } from "../../portal/page/parts/map-cells";
import { chooseHosts, HostTable } from "../../portal/page/state/host-columns";
import { areKeptBack, EventReader, SeenCursors } from "../../portal/page/state/read-events";
import { renderAge, renderDuration } from "../../portal/page/text/render-age";
import { renderRate } from "../../portal/page/text/render-number";

function table(): HostTable {
  return new HostTable({
    names: ["n1", "n2", "n3", "n4", "agg1"],
    groups: [0, 0, 0, 0, 1],
    letters: "oxudo",
    reasons: [-1, 0, 1, 2, -1],
    texts: ["samp exited", "no answer", "samp is unhealthy"],
    seen: [100, 100, 40, 100, 100],
  });
}

const ALL = { letters: "", text: "", names: undefined, group: undefined, order: "worst" } as const;

describe("chooseHosts", () => {
  const choose = (choice: Partial<Parameters<typeof chooseHosts>[1]>) => {
    const hosts = table();
    return [...chooseHosts(hosts, { ...ALL, ...choice })].map((host) => hosts.names[host]);
  };

  it("has the worst first, and those alike as the plan has them", () => assert.deepEqual(choose({}), ["n2", "n4", "n3", "n1", "agg1"]));
  it("has the plan's order where that is asked for", () => assert.deepEqual(choose({ order: "name" }), ["n1", "n2", "n3", "n4", "agg1"]));
  it("takes some states", () => assert.deepEqual(choose({ letters: "xu" }), ["n2", "n3"]));
  it("takes a group", () => assert.deepEqual(choose({ group: 1 }), ["agg1"]));
  it("finds a part of a name", () => assert.deepEqual(choose({ text: "AGG" }), ["agg1"]));
  it("finds what is said of a host", () => assert.deepEqual(choose({ text: "samp" }), ["n2", "n4"]));
  it("takes the hosts that are named", () => assert.deepEqual(choose({ text: "n[1-2]", names: new Set(["n1", "n2"]) }), ["n2", "n1"]));
});

describe("HostTable", () => {
  const CHANGES: HostChanges = { seen: 200, unseen: [2], index: [0, 1], letters: "xo", reasons: ["samp exited", ""] };

  it("changes what is named, and makes the rest as young as the look", () => {
    const hosts = table();
    hosts.change(CHANGES);
    assert.deepEqual([...hosts.ranks], [0, 3, 2, 1, 3]);
    assert.deepEqual(hosts.reasons, ["samp exited", "", "no answer", "samp is unhealthy", ""]);
  });

  it("keeps the age of hosts of which nobody told anything", () => {
    const hosts = table();
    hosts.change(CHANGES);
    assert.deepEqual([...hosts.seen], [200, 200, 40, 200, 200]);
  });

  it("counts by state, the worst first", () => assert.deepEqual(table().counts(), [1, 1, 1, 2]));

  it("takes a letter that it does not know for unknown", () => {
    const hosts = table();
    hosts.change({ ...CHANGES, letters: "?o" });
    assert.equal(hosts.ranks[0], 2);
  });
});

describe("EventReader", () => {
  const STREAM =
    ': open\n\nid: c1\ndata: {"cursor":"c1","at":1,"type":"reset"}\n\n: still here\n\ndata: {"cursor":"c2",\ndata: "at":2,"type":"lock"}\n\n';

  it("gives the same events however the text is cut", () => {
    for (let size = 1; size <= STREAM.length; size++) {
      const reader = new EventReader();
      const found = [];
      for (let at = 0; at < STREAM.length; at += size) found.push(...reader.push(STREAM.slice(at, at + size)));
      assert.deepEqual(
        found.map(({ cursor, type }) => `${cursor} ${type}`),
        ["c1 reset", "c2 lock"],
      );
    }
  });

  it("takes the ends of lines of the other kind", () => assert.equal(new EventReader().push(STREAM.replaceAll("\n", "\r\n")).length, 2));
  it("gives no event that is not whole", () => assert.deepEqual(new EventReader().push(STREAM.slice(0, -1)).length, 1));
});

describe("areKeptBack", () => {
  const event = (at: number) => ({ cursor: "c1", at, type: "file", mark: "m" }) as const;
  it("are events that come late, and not those of before the stream", () => {
    assert.equal(areKeptBack([event(100)], 101, 110), false);
    assert.equal(areKeptBack([event(102)], 101, 105), false);
    assert.equal(areKeptBack([event(109), event(102)], 101, 110), true);
  });
});

describe("SeenCursors", () => {
  it("lets an event through once", () => {
    const seen = new SeenCursors();
    const event = { cursor: "c1", at: 1, type: "lock" } as const;
    assert.deepEqual([seen.isNew(event), seen.isNew(event), seen.isNew({ ...event, cursor: "c2" })], [true, false, true]);
  });
});

describe("chooseCells", () => {
  const kindOf = (hosts: number, width: number) => chooseCells(hosts, width).kind;

  it("writes the names of few hosts, has a dot for each of many, and cells for very many", () => {
    assert.deepEqual(
      [kindOf(8, 1100), kindOf(64, 1100), kindOf(65, 1100), kindOf(10_000, 1100), kindOf(10_000, 330)],
      ["tiles", "tiles", "dots", "dots", "cells"],
    );
  });

  for (const hosts of [1, 64, 65, 4000, 10_000, 100_000])
    it(`finds each of ${hosts} hosts where it is painted`, () => {
      const { count, columns, pitchX, pitchY, perCell, placeAt } = chooseCells(hosts, 900);
      assert.ok(count * perCell >= hosts && (count - 1) * perCell < hosts);
      for (const cell of [0, 1, columns, count - 1].filter((one) => one < count)) {
        const [x, y] = [((cell % columns) + 0.5) * pitchX, (Math.floor(cell / columns) + 0.5) * pitchY];
        assert.equal(placeAt(x, y), cell * perCell);
      }
      assert.equal(placeAt(-1, 5), undefined);
      assert.equal(placeAt(5, 1_000_000), undefined);
    });
});

describe("layGroups", () => {
  const group = (id: string, column: number, x = 0): GroupRow => {
    return { id, kind: "samplers", name: id, column, hosts: id, daemons: 1, facts: [], counts: { o: 1 - x, d: 0, x, u: 0 } };
  };
  const EDGE: EdgeRow = { from: "a", to: "b", kind: "pull", daemons: 9000, connected: 8996, intervals: ["1s"] };
  const GROUPS = [group("a", 0), group("b", 1), group("maestro", -1)];

  it("goes from left to right where that fits, and down where it does not", () => {
    const [wide, narrow] = [layGroups(GROUPS, [EDGE], 1000), layGroups(GROUPS, [EDGE], 330)];
    assert.ok(wide.boxes[1]!.x > wide.boxes[0]!.x && wide.boxes[1]!.y === wide.boxes[0]!.y);
    assert.ok(narrow.boxes[1]!.y > narrow.boxes[0]!.y);
  });

  it("keeps every box within its width", () => {
    for (const width of [300, 500, 800, 1200])
      for (const { x } of layGroups(GROUPS, [EDGE], width).boxes)
        assert.ok(x >= 0 && x + layGroups(GROUPS, [EDGE], width).boxWidth <= width + 1);
  });

  it("has room for what is written on a line", () => {
    const { boxes, boxWidth } = layGroups(GROUPS, [EDGE], 700);
    assert.ok(boxes[1]!.x - boxes[0]!.x - boxWidth > 80);
  });

  it("leaves out what stands beside, and of a column that is too full those without trouble", () => {
    const many = Array.from({ length: 12 }, (_, i) => group(`g${i}`, 0, i === 11 ? 1 : 0));
    const { boxes, leftOut } = layGroups([...many, group("maestro", -1)], [], 1000);
    assert.equal(leftOut, 4);
    assert.ok(boxes.some(({ group: { id } }) => id === "g11"));
  });
});

describe("the page's numbers", () => {
  it("are ages in the largest unit that tells something", () => {
    const shown = [-3, 0, 59.4, 60, 3599, 3600, 7500, 86_400, 270_000].map(renderAge);
    assert.deepEqual(shown, ["0 s", "0 s", "59 s", "1 min", "59 min", "1 h", "2 h 5 min", "1 d", "3 d 3 h"]);
  });

  it("are times that something took", () =>
    assert.deepEqual([0.04, 9.94, 41.2, 125].map(renderDuration), ["0.0 s", "9.9 s", "41 s", "2 min 5 s"]));
  it("are rates", () => assert.deepEqual([0, 3.44, 171_004.2].map(renderRate), ["0", "3.4", "171,004"]));
});
