import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type HostileInput, testRefusals } from "./hostile-input";

const SALT = "v1:Eb750sGsqZU=:v1:DIDduyuzeYvSVgrL:ZhooFa4ByKxAoaePBXuy/mnpM0N+5Q==";
/** `a secret of the site` */
const SEALED = "v1:vcJ+GDm1nQnoa2pY:P9jsK1HtlAG7v/cP97tY/ATWujwmPt1dcR7Ew4iOK0opIJdj";
const SEALED_NO_BASE64 = "v1:YYMAqXATyFQgF3OQ:pNWgJRIlm0br6wjFIc/hK/fWKODpGqQrpIMuDA==";
const UNLOCKED = { PULUMI_CONFIG_PASSPHRASE: "hostile" };

const set = (...argv: readonly string[]) => ["config", "set", "-s", "cygnus", ...argv];
/** More lines below `config:`, and the salt above. */
const withSalt = (lines: string, salt = SALT) => ({ "\nconfig:\n": `\nencryptionsalt: ${salt}\nconfig:\n${lines}` });

const PLAIN = /: is a secret, and would stand in the stack file in plain text\nhelp: ldms config set --secret \S+ -s cygnus < FILE/;

const IN_PLAIN_TEXT: readonly HostileInput[] = [
  ...["mungeKey", "mungeKeyBefore", "ovisSecret", "ovisSalt", "uiSecretKey", "sshKey", "ldms:sshKey"].map((key) => ({
    title: `${key} on the command line`,
    argv: set(key, "plain"),
    says: new RegExp(`^${key}${PLAIN.source}`),
  })),
  { title: "uiSecretKey on standard input without --secret", argv: set("uiSecretKey"), stdin: "plain\n", says: PLAIN },
  {
    title: "uiSecretKey over an encrypted one",
    replaced: withSalt(`  ldms:uiSecretKey: { secure: "${SEALED}" }\n`),
    argv: set("uiSecretKey", "plain"),
    environment: UNLOCKED,
    says: PLAIN,
  },
  {
    title: "a key of another namespace that is encrypted",
    replaced: withSalt(`  site:token: { secure: "${SEALED}" }\n`),
    argv: set("site:token", "plain"),
    environment: UNLOCKED,
    says: PLAIN,
  },
  {
    title: "a key with something encrypted inside",
    replaced: withSalt(`  site:tokens: { names: [a], of: [{ secure: "${SEALED}" }] }\n`),
    argv: set("site:tokens", "{}"),
    environment: UNLOCKED,
    says: PLAIN,
  },
  {
    title: "a key without its namespace that is encrypted",
    replaced: withSalt(`  token: { secure: "${SEALED}" }\n`),
    argv: set("ldms:token", "plain"),
    environment: UNLOCKED,
    says: PLAIN,
  },
  {
    title: "a secret on the command line, which `ps` shows",
    argv: set("--secret", "sshKey", "private"),
    says: /^sshKey: a secret on the command line is seen by `ps`\nhelp: /,
  },
];

const secretKey = (title: string, stdin: string, says: RegExp, key = "mungeKey"): HostileInput => ({
  title,
  argv: set("--secret", key),
  stdin,
  environment: UNLOCKED,
  says,
});

const NOT_BASE64 = /^mungeKey: is not base64\nhelp: /;
const GOOD = Buffer.from(Array.from({ length: 32 }, (_, index) => index)).toString("base64");

const MUNGE_KEYS: readonly HostileInput[] = [
  secretKey("a munge key that is a password", "a password with blanks\n", NOT_BASE64),
  secretKey("a munge key in hexadecimal with a colon", "00:01:02:03:04:05:06:07:08:09:0a:0b:0c:0d:0e:0f\n", NOT_BASE64),
  secretKey("a munge key in base64 of URLs", "-_".repeat(32), NOT_BASE64),
  secretKey("a munge key cut within its last bytes", GOOD.slice(0, -2), NOT_BASE64),
  secretKey("a munge key with something behind its end", `${GOOD}AAAA`, NOT_BASE64),
  secretKey(
    "a munge key of 31 bytes",
    Buffer.alloc(31, "abc").toString("base64"),
    /^mungeKey: must be at least 32 bytes, in base64: 31\nhelp: /,
  ),
  secretKey(
    "a munge key of zeros",
    Buffer.alloc(1024).toString("base64"),
    /^mungeKey: is the same byte throughout, as the key in upstream's images\nhelp: /,
  ),
  secretKey("no munge key", "", /^mungeKey: is empty\nhelp: /),
  secretKey("a key of before that is no base64", "no base64: *", /^mungeKeyBefore: is not base64\nhelp: /, "mungeKeyBefore"),
  secretKey("an empty key of the UI", "\n", /^uiSecretKey: is empty\nhelp: /, "uiSecretKey"),
  {
    title: "the bytes of a munge key, as they are",
    argv: set("--secret", "mungeKey", "--file", "munge.key"),
    prepare: (folder) => writeFileSync(join(folder, "site/munge.key"), Buffer.alloc(64, 0xfe)),
    environment: UNLOCKED,
    says: /^munge\.key: is not UTF-8 text\nhelp: a munge key goes in as base64: `base64 < FILE`$/m,
  },
  {
    title: "a munge key that came into the stack file by another way, and is no base64",
    replaced: { ...withSalt(`  ldms:mungeKey: { secure: "${SEALED_NO_BASE64}" }\n`), "{ mode: host }": "{ mode: key }" },
    environment: UNLOCKED,
    says: /- mungeKey: is not base64\n {6}help: ldms munge-key generate --replace -s cygnus/,
  },
];

const sealed = (title: string, value: string, says: RegExp, salt = SALT): HostileInput => ({
  title,
  replaced: withSalt(`  ldms:uiSecretKey: { secure: "${value}" }\n`, salt),
  environment: UNLOCKED,
  says,
});

const STACK_FILES: readonly HostileInput[] = [
  sealed("an encrypted value of another form", "rubbish", /^secrets: an encrypted value is not of the form `v1:NONCE:TEXT`\nhelp: /),
  sealed(
    "an encrypted value that was changed",
    SEALED.replace("P9js", "P9jt"),
    /^secrets: an encrypted value does not belong to .*\nhelp: /,
  ),
  sealed("a nonce of no length", SEALED.replace("vcJ+GDm1nQnoa2pY", ""), /^secrets: an encrypted value does not belong to .*\nhelp: /),
  sealed("a salt of another form", SEALED, /^secrets: the encryption salt is not of the form .*\nhelp: take the line/, "rubbish"),
  {
    title: "an encrypted value without a salt",
    replaced: { "\nconfig:\n": `\nconfig:\n  ldms:uiSecretKey: { secure: "${SEALED}" }\n` },
    environment: UNLOCKED,
    says: /^stack file: has an encrypted value and no `encryptionsalt`\nhelp: /,
  },
  {
    title: "a secret into the file of another secrets provider",
    replaced: { "\nconfig:\n": "\nsecretsprovider: awskms://alias/site\nconfig:\n" },
    argv: set("--secret", "sshKey"),
    stdin: "private",
    environment: UNLOCKED,
    says: /secretsprovider: ldms encrypts with a passphrase only\nhelp: use `pulumi config set --secret`/,
  },
  {
    title: "a value into a file with an alias",
    replaced: { "\nconfig:\n": "\nshared: &t 0\nconfig:\n  ldms:tolerate: *t\n" },
    argv: set("tolerate", "2"),
    says: /Pulumi\.cygnus\.yaml: has the alias `\*t`: ldms writes to no such file\nhelp: /,
  },
  {
    title: "a secret into a file with a merge key",
    replaced: { "{ ldmsd: 411, ui: 80, grafana: 3000 }": "{ <<: { ldmsd: 411 } }" },
    argv: set("--secret", "sshKey"),
    stdin: "private",
    environment: UNLOCKED,
    says: /Pulumi\.cygnus\.yaml: has a merge key, `<<`: ldms writes to no such file\nhelp: /,
  },
];

testRefusals("a secret in plain text", IN_PLAIN_TEXT);
testRefusals("a munge key", MUNGE_KEYS);
testRefusals("what is encrypted in a stack file", STACK_FILES);
