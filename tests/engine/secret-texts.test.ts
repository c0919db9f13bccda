import assert from "node:assert/strict";
import { EventSink } from "../../engine/events/events";
import { secretTextsOf } from "../../engine/events/secret-texts";

const BYTES = Buffer.from(Array.from({ length: 256 }, (_, index) => (index * 7) % 256));
const TEXT_KEY = "a munge key that somebody typed, of 44 letters";
const SSH_KEY =
  "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ\nAAAAAAAAABAAAAMwAAAAtzc2gtZW\n-----END OPENSSH PRIVATE KEY-----\n";

/** What a message says once the secret's forms are out of it. */
function blank(secret: string, message: string): string {
  return new EventSink(() => undefined, secretTextsOf({ "ldms:key": { value: secret, isSecret: true } })).blank(message);
}

const base64 = BYTES.toString("base64");

const FORMS: readonly (readonly [string, string, string])[] = [
  ["a secret", "hunter22", "hunter22"],
  ["a munge key in base64", base64, base64],
  ["a munge key whose base64 is in lines", base64.replace(/.{76}/g, "$&\n"), base64],
  ["the lines of a munge key's base64", base64, base64.slice(76, 152)],
  ["a munge key in hexadecimal", base64, BYTES.toString("hex")],
  ["a munge key in capital hexadecimal", base64, BYTES.toString("hex").toUpperCase()],
  ["a munge key in base64 of URLs", base64, BYTES.toString("base64url")],
  ["a munge key as it is delivered, where it is text", Buffer.from(TEXT_KEY).toString("base64"), TEXT_KEY],
  ["a secret in base64", "a key of the UI", Buffer.from("a key of the UI").toString("base64")],
  ["a secret in hexadecimal", "a key of the UI", Buffer.from("a key of the UI").toString("hex")],
  ["a secret of several lines in JSON", SSH_KEY, JSON.stringify(SSH_KEY).slice(1, -1)],
  ["a line of a private key", SSH_KEY, "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ"],
  ["a text inside a structure", '{"users":[{"password":"letmein77"}]}', "letmein77"],
];

describe("secretTextsOf", () => {
  for (const [title, secret, shown] of FORMS) {
    it(`takes out ${title}`, () => assert.equal(blank(secret, `it is <${shown}>.`), "it is <[secret]>."));
  }

  it("leaves what is no secret", () => {
    const config = { "ldms:xprt": { value: "sock", isSecret: false } };
    assert.deepEqual(secretTextsOf(config), []);
  });

  it("leaves what a private key of anybody begins with", () => {
    const line = "-----BEGIN OPENSSH PRIVATE KEY-----";
    assert.equal(blank(SSH_KEY, line), line);
  });
});
