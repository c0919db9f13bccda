import assert from "node:assert/strict";
import { parseContents, sumParts } from "../../bench/image-parts";
import { renderTable, replaceTable } from "../../bench/image-sizes";

const BASE = parseContents(`100 /usr/bin/bash
5 /etc/passwd
==
bash /bin/bash
==
bash bash
`);
const OWN = parseContents(`100 /usr/bin/bash
7 /etc/passwd
30 /usr/lib/python3.11/json.py
20 /usr/lib/python3.11/__pycache__/json.cpython-311.pyc
11 /usr/lib/x86_64-linux-gnu/a b.so
40 /opt/ovis/sbin/ldmsd
1 /usr/share/ldms/grafana-plugins/dsosds/plugin.json
==
bash /bin/bash
libpython3.11-stdlib:amd64 /usr/lib/python3.11/json.py
a:amd64 /lib/x86_64-linux-gnu/a b.so
==
bash bash
libpython3.11-stdlib:amd64 python3.11
`);

describe("sumParts", () => {
  it("sums what the base has not by source package, compiled Python with its source, largest first", () => {
    assert.deepEqual(sumParts(OWN, BASE), [
      { name: "python3.11", bytes: 50 },
      { name: "ovis tree", bytes: 40 },
      { name: "a:amd64", bytes: 11 },
      { name: "other", bytes: 7 },
      { name: "Grafana plugin", bytes: 1 },
    ]);
  });
});

describe("renderTable", () => {
  it("names the base and the three largest parts", () => {
    const parts = ["a", "other", "b", "c", "d"].map((name, index) => ({ name, bytes: (9 - index) * 1e6 }));
    const table = renderTable([{ image: "ldms-samp", bytes: 127.4e6, base: { name: "debian:12", bytes: 74.8e6 }, parts }]);
    assert.equal(table.split("\n").at(-1), "| ldms-samp | 127 MB | debian:12, 75 MB | a 9.0 MB, b 7.0 MB, c 6.0 MB |");
  });
});

describe("replaceTable", () => {
  it("puts the table between the marks and touches nothing else", () => {
    const page = "before\n<!-- npm run image-sizes -->\nold\n<!-- end of image-sizes -->\nafter\n";
    assert.equal(replaceTable(page, "new"), page.replace("old", "new"));
    assert.throws(() => replaceTable("no marks", "new"), /the marks are missing/);
  });
});
