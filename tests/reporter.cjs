// mocha's spec reporter, plus two things: a line at least every 10 s while a test is silent, and what tests/run.sh adds up over several runs:
// the counts appended to $LDMS_TEST_COUNTS (`passed failed skipped`) and the failed tests to $LDMS_TEST_FAILURES.
const { appendFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

const HEARTBEAT_MS = 10_000;
const FAILURE_CHARACTERS = 2_000;

const indented = (error) =>
  String(error?.stack ?? error)
    .slice(0, FAILURE_CHARACTERS)
    .replace(/^/gm, "    ");

module.exports = class CountingReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => failed.push({ test, error }));
    let current = "";
    let since = Date.now();
    const note = (title) => {
      current = title;
      since = Date.now();
    };
    runner.on(Runner.constants.EVENT_TEST_BEGIN, (test) => note(test.fullTitle()));
    runner.on(Runner.constants.EVENT_HOOK_BEGIN, (hook) => note(`${hook.parent?.fullTitle()} ${hook.title}`));
    const timer = setInterval(() => {
      const seconds = Math.round((Date.now() - since) / 1000);
      if (seconds >= 9) console.log(`    ... ${seconds} s in: ${current}`);
    }, HEARTBEAT_MS);
    timer.unref();
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      clearInterval(timer);
      const { passes = 0, failures = 0, pending = 0 } = this.stats;
      if (process.env.LDMS_TEST_COUNTS) appendFileSync(process.env.LDMS_TEST_COUNTS, `${passes} ${failures} ${pending}\n`);
      if (process.env.LDMS_TEST_FAILURES) {
        for (const { test, error } of failed) appendFileSync(process.env.LDMS_TEST_FAILURES, `${test.fullTitle()}\n${indented(error)}\n`);
      }
    });
  }
};
