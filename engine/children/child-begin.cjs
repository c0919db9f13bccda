// Loaded last before the SDK's runner: waits for what there is to do. Its arguments and the secrets of the configuration come on descriptor 3: neither
// the argument list nor /proc/PID/environ shows them, and the child may have started before they were known.
const { readFileSync } = require("node:fs");

const text = readFileSync(3, "utf8");
// The engine ended before there was something to run.
if (text === "") process.exit(0);
const { env, argv, socket } = JSON.parse(text);
require("./child-bootstrap.cjs").socket = socket;
Object.assign(process.env, env);
process.argv.push(...argv);
// A child whose engine is gone ends too.
process.stdin.on("end", () => process.exit(130)).on("error", () => process.exit(130));
process.stdin.resume();
process.stdin.unref?.();
