import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDuration } from "../../engine/goal/step-timeout";
import { equalValues, markSecrets, redact, unwrapSecrets } from "../../engine/provider/property-secrets";
import { type PropertyValue, Secret, UNKNOWN } from "../../stack/property-value";
import { fromWire, type JsonValue, toWire } from "../../stack/property-values";
import { createSecretBox } from "../../stack/secrets";
import { StateCodec } from "../../stack/state-codec";
import { makeUrn, parseUrn } from "../../stack/urn";

const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "s" };

/** Any value that a program can send, secrets and unknowns inside. */
const anyValue: fc.Arbitrary<PropertyValue> = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<PropertyValue>(null, true, false, UNKNOWN),
    fc.integer(),
    fc.string(),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.string().filter((key) => key !== "__proto__"),
      tie("value"),
      { maxKeys: 3, noNullPrototype: true },
    ),
    tie("value").map((value) => (value instanceof Secret ? value : new Secret(value))),
  ),
})).value;

describe("property values", () => {
  it("survive the wire", () => {
    fc.assert(fc.property(anyValue, (value) => assert.deepEqual(fromWire(JSON.parse(JSON.stringify(toWire(value))) as JsonValue), value)));
  });

  it("are what the SDK's sentinels say", () => {
    assert.deepEqual(fromWire(SECRET), new Secret("s"));
    assert.equal(fromWire("04da6b54-80e4-46f7-96ec-b56ff0331ba9"), UNKNOWN);
    const output = { "4dabf18193072939515e22adb298388d": "d0e6a833031e9bbcd3f4e8bde6ca49a4", secret: true };
    assert.deepEqual(fromWire(output), new Secret(UNKNOWN));
    assert.equal(fromWire({ "4dabf18193072939515e22adb298388d": "5cf8f73096256a8f31e491e813e4eb8e", urn: "u", id: "i" }), "i");
    for (const signature of ["0def7320c3a5731c473e5ecbe6d01bc7", "c44067f5952c0a294b673a41bacd8c17"])
      assert.throws(() => fromWire({ "4dabf18193072939515e22adb298388d": signature }), /does not know assets and archives/);
  });

  it("are equal to themselves and to nothing else that is shown alike", () => {
    fc.assert(
      fc.property(anyValue, (value) =>
        assert.equal(
          equalValues(value, fromWire(toWire(value))),
          !JSON.stringify(redact(value)).includes("[unknown]") && !hidesUnknown(value),
        ),
      ),
    );
    assert.equal(equalValues({ a: 1 }, { a: 1, b: null }), false);
    assert.equal(equalValues(new Secret("a"), "a"), false);
  });

  it("become secret where their inputs are, lists as a whole", () => {
    const marked = markSecrets(
      { a: "x", b: ["y"], c: { d: "z", e: 1 }, f: "w" },
      { a: new Secret("x"), b: [new Secret("y")], c: { d: new Secret("q") } },
    );
    assert.deepEqual(marked, { a: new Secret("x"), b: new Secret(["y"]), c: { d: new Secret("z"), e: 1 }, f: "w" });
    assert.deepEqual(unwrapSecrets(new Secret({ a: [new Secret(1)] })), { a: [1] });
  });
});

function hidesUnknown(value: PropertyValue): boolean {
  return JSON.stringify(toWire(value)).includes("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
}

describe("makeUrn", () => {
  it("chains the parents' types, without the stack's", () => {
    const root = makeUrn("rec", "recorded", "", "pulumi:pulumi:Stack", "recorded-rec");
    const cluster = makeUrn("rec", "recorded", root, "ldms:index:Cluster", "cygnus");
    assert.equal(makeUrn("rec", "recorded", cluster, "a:b:C", "x::y"), "urn:pulumi:rec::recorded::ldms:index:Cluster$a:b:C::x::y");
    assert.equal(parseUrn(`${cluster}::z`).name, "cygnus::z");
    assert.throws(() => parseUrn("cygnus"), /is not a resource name: `cygnus`/);
  });
});

describe("parseDuration", () => {
  it("reads Go's durations as seconds", () => {
    assert.deepEqual(["1h30m", "90s", "1.5m", "250ms"].map(parseDuration), [5400, 90, 90, 0.25]);
    assert.throws(() => parseDuration("soon"), /is not a duration such as `90s` or `1h30m`: `soon`/);
  });
});

describe("StateCodec", () => {
  it("reads secrets in clear and refuses to write any without a passphrase", () => {
    const json = { urn: "u", type: "t", custom: true, inputs: { a: { ...SECRET, value: "", plaintext: '"x"' } } };
    const codec = new StateCodec(undefined);
    const record = codec.decode(json);
    assert.deepEqual(record.inputs, { a: new Secret("x") });
    assert.equal(codec.encode(record), json);
    assert.throws(() => codec.encode({ ...record, id: "i" }), /no passphrase was given/);
  });

  it("only marks a secret inside another, as the real engine does, and reads it again", async () => {
    const box = await createSecretBox("passphrase");
    const codec = new StateCodec(box);
    const inputs = { connection: new Secret({ privateKey: new Secret("mine") }) };
    const json = codec.encode({ ...codec.decode({ urn: "u", type: "t", custom: true }), inputs });
    const { ciphertext } = json.inputs!["connection"] as { readonly ciphertext: string };
    const { value: _, ...mark } = SECRET;
    assert.deepEqual(JSON.parse(box.decrypt(ciphertext)), { privateKey: { ...mark, ciphertext: '"mine"' } });
    assert.deepEqual(new StateCodec(box).decode(json).inputs, inputs);
  });
});
