import assert from "node:assert/strict";
import { restoreStackFile } from "../../stack/restore-stack-file";

const PLACE = { project: "ldms", stack: "dev" };
const restore = (then: string, today: string, digests = {}) => restoreStackFile(PLACE, then, today, digests);
const THEN = `encryptionsalt: v1:old
config:
  # why
  ldms:tolerate: 1
  ldms:mungeKey:
    secure: v1:then
  ldms:grafana: { host: n7, adminPassword: { secure: v1:then } }
`;

describe("restoreStackFile", () => {
  it("takes the text of then as it stands where there is no secret and no digest", () => {
    const then = "config: {ldms:tolerate:   1.50} # so\n";
    assert.deepEqual(restore(then, "config: {ldms:tolerate: 2}\n"), { text: then, secretsOfToday: [] });
  });

  it("has the secrets of today, whole ones and those inside of settings, and what they are opened with", () => {
    const today = THEN.replaceAll("v1:then", "v1:now").replace("v1:old", "v1:new").replace("tolerate: 1", "tolerate: 2");
    const { text, secretsOfToday } = restore(THEN, today);
    assert.equal(text, THEN.replaceAll("v1:then", "v1:now").replace("v1:old", "v1:new"));
    assert.deepEqual(secretsOfToday, ["ldms:mungeKey", "ldms:grafana.adminPassword"]);
  });

  it("keeps a secret of today that was not there then, by the name that it has without the project's, too", () => {
    const { text } = restore(
      "config:\n  mungeKey:\n    secure: v1:then\n",
      "encryptionsalt: v1:new\nconfig:\n  ldms:mungeKey: { secure: v1:now }\n  ldms:uiKey: { secure: v1:ui }\n",
    );
    assert.match(text, /^ {2}mungeKey:\n {4}secure: v1:now\n {2}ldms:uiKey:\n {4}secure: v1:ui\n/m);
    assert.match(text, /^encryptionsalt: v1:new$/m);
  });

  it("refuses a secret of then that nobody can open any more, and takes one that can be opened", () => {
    const today = "encryptionsalt: v1:new\nconfig: {}\n";
    assert.throws(() => restore(THEN, today), {
      message:
        "ldms:mungeKey: is a secret of that run, is not set today, and was encrypted with another passphrase\nhelp: ldms config set --secret ldms:mungeKey -s dev < FILE",
    });
    assert.equal(restore(THEN, today.replace("v1:new", "v1:old")).text, THEN);
  });

  it("writes what the tags named then", () => {
    const then = "config:\n  ldms:images: { tag: 4.5.3 }\n";
    assert.equal(
      restore(then, then, { "ldms-samp": "sha256:1f" }).text,
      "config:\n  ldms:images: { tag: 4.5.3, digests: { ldms-samp: sha256:1f } }\n",
    );
    assert.match(
      restore("config:\n  ldms:tolerate: 1\n", "", { "ldms-samp": "sha256:1f" }).text,
      /ldms:images:\n {4}digests:\n {6}ldms-samp: sha256:1f\n/,
    );
  });
});
