// Loaded before all else of a child that runs a module of the SDK; child-begin.cjs is what it waits in.
const begun = module.exports;
const sdk = (name) => require.resolve(`@pulumi/pulumi${name}`, { paths: [process.cwd()] });

// The SDK loads much for what a program may want and hardly one does: a package manager and a TypeScript compiler for functions that are handed over as
// code, tracing for who asks for it, what runs other programs. Together half of a run that changes nothing; loaded when they are used.
const Module = require("node:module");
const load = Module._load;
const WHEN_USED = new Set([
  "@npmcli/arborist",
  "./automation",
  "js-yaml",
  ...["exporter-zipkin", "instrumentation", "instrumentation-grpc", "resources", "sdk-trace-base", "sdk-trace-node"].map(
    (name) => `@opentelemetry/${name}`,
  ),
]);
/** Of what the SDK copies from a module as it loads. */
const FUNCTIONS_WHEN_CALLED = new Map([
  ["./closure/serializeClosure", ["serializeFunction", "serializeFunctionAsync"]],
  ["./closure/codePaths", ["computeCodePaths"]],
]);
const SDK = sdk("/package.json").slice(0, -"package.json".length);
Module._load = (request, parent, ...rest) => {
  const use = () => load(request, parent, ...rest);
  if (request === "@grpc/grpc-js") return listenOnSocket(use());
  if (parent?.filename?.startsWith(SDK) !== true) return use();
  // It has V8 tell of every script, for the text of one error about such functions.
  if (request === "../../runtime/closure/v8Hooks") return { isInitializedAsync: () => Promise.resolve() };
  const names = FUNCTIONS_WHEN_CALLED.get(request);
  if (names !== undefined) return Object.fromEntries(names.map((name) => [name, (...args) => use()[name](...args)]));
  return WHEN_USED.has(request) ? new Proxy({}, { get: (_, key) => (key === "__esModule" ? true : use()[key]) }) : use();
};

// The SDKs serve on ports of 127.0.0.1, which every user of the machine reaches. A child of the engine serves on a socket that its own user
// alone reaches, or not at all.
const bindings = new WeakSet();
function listenOnSocket(grpc) {
  const { prototype } = grpc.Server;
  if (bindings.has(prototype)) return grpc;
  bindings.add(prototype);
  const { bindAsync } = prototype;
  prototype.bindAsync = function (_address, credentials, done) {
    if (begun.socket !== undefined) return bindAsync.call(this, `unix:${begun.socket}`, credentials, done);
    const refusal = "the embedded engine does not know the resource option: `transforms`, and it does not know resource hooks";
    process.nextTick(done, new Error(`the program wants to be called back: ${refusal}`));
  };
  return grpc;
}

// The SDK keeps a stack trace of every promise, some hundreds a container, for the one case that somebody looks for a leak
// (PULUMI_DEBUG_PROMISE_LEAKS, which no child of the engine has). Mapping them to TypeScript lines was a fifth of a program's time.
const debuggable = require(sdk("/runtime/debuggable"));
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
const errors = require(sdk("/cmd/run/error"));
const { defaultErrorMessage } = errors;
errors.defaultErrorMessage = (error) => {
  const stacks = [];
  for (let one = error; one instanceof Error && stacks.length < 5; one = one.cause) stacks.push(one.stack);
  return stacks.length > 0 ? stacks.join("\ncaused by: ") : defaultErrorMessage(error);
};

// What the runner loads anyway, while the engine may still be reading the stack.
require(sdk(""));
