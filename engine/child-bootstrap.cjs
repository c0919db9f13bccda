// Loaded before the SDK's runner, with the secrets of the configuration on descriptor 3: set here, neither the argument list nor
// /proc/PID/environ shows them. A child whose engine is gone (its standard input ends) ends too.
const { readFileSync } = require("node:fs");

Object.assign(process.env, JSON.parse(readFileSync(3, "utf8")));
process.stdin.on("end", () => process.exit(130)).on("error", () => process.exit(130));
process.stdin.resume();
process.stdin.unref?.();

// The SDK loads a package manager, a tenth of a run that changes nothing, for functions that a program hands over as code: loaded when one does.
const Module = require("node:module");
const load = Module._load;
Module._load = (request, ...rest) => {
  if (request !== "@npmcli/arborist") return load(request, ...rest);
  return new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : load(request, ...rest)[key]) });
};

// The SDK keeps a stack trace of every promise, some hundreds a container, for the one case that somebody looks for a leak
// (PULUMI_DEBUG_PROMISE_LEAKS, which no child of the engine has). Mapping them to TypeScript lines was a fifth of a program's time.
const debuggable = require(require.resolve("@pulumi/pulumi/runtime/debuggable", { paths: [process.cwd()] }));
const { debuggablePromise } = debuggable;
debuggable.debuggablePromise = (promise, context) => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(promise, context);
  } finally {
    Error.stackTraceLimit = limit;
  }
};

// The SDK prints an error with all that can be reached from it. Where that is the program's resources it takes 40 s, becomes too long for a text,
// and the stack is printed in its place. The stack at once.
const errors = require(require.resolve("@pulumi/pulumi/cmd/run/error", { paths: [process.cwd()] }));
const { defaultErrorMessage } = errors;
errors.defaultErrorMessage = (error) => {
  const stacks = [];
  for (let one = error; one instanceof Error && stacks.length < 5; one = one.cause) stacks.push(one.stack);
  return stacks.length > 0 ? stacks.join("\ncaused by: ") : defaultErrorMessage(error);
};
