import type { PlannedContainer } from "../model/container";
import { readMap, readNumber, readText, readTexts } from "../text/read-value";
import { joinAssignments, readAssignments } from "../text/text";
import { allOf, type ContainerProperty, each, lastOf, word } from "./property";

/** Docker's test array; undefined: whatever the image has. A `CMD-SHELL` test is all that a command line, and so the plan, has. */
const healthCheck: ContainerProperty<readonly string[] | undefined> = {
  ofPlan: (container) => container.healthCheck.test,
  options: ["--health-cmd", "--health-interval", "--health-timeout", "--health-start-period", "--health-retries"],
  typed: ({ healthCheck: { test, intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } }) => [
    ...["--health-cmd", test.slice(1).join(" ")],
    ...["--health-interval", `${intervalSeconds}s`],
    ...["--health-timeout", `${timeoutSeconds}s`],
    ...["--health-start-period", `${startPeriodSeconds}s`],
    ...["--health-retries", String(retries)],
  ],
  ofTyped: (line) => {
    const test = lastOf(line, "--health-cmd");
    return test === undefined ? undefined : ["CMD-SHELL", test];
  },
  inputs: ({ healthCheck: { test, intervalSeconds, timeoutSeconds, startPeriodSeconds, retries } }) => ({
    healthcheck: {
      tests: [...test],
      interval: `${intervalSeconds}s`,
      timeout: `${timeoutSeconds}s`,
      startPeriod: `${startPeriodSeconds}s`,
      retries,
    },
  }),
  ofInputs: (read) => testOf(readMap(read("healthcheck"))["tests"]),
  ofInspected: ({ Config }) => testOf(readMap(Config["Healthcheck"])["Test"]),
};

function testOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? readTexts(value) : undefined;
}

const log: ContainerProperty<{ readonly driver: string | undefined; readonly maxSize: string | undefined }> = {
  ofPlan: (container) => ({ driver: container.log.driver, maxSize: `${container.log.maxSizeMib}m` }),
  options: ["--log-driver", "--log-opt"],
  typed: (container) => ["--log-driver", container.log.driver, ...each("--log-opt", joinAssignments(logOpts(container)))],
  ofTyped: (line) => ({ driver: lastOf(line, "--log-driver"), maxSize: readAssignments(allOf(line, "--log-opt"))["max-size"] }),
  inputs: (container) => ({ logDriver: container.log.driver, logOpts: logOpts(container) }),
  ofInputs: (read) => ({ driver: readText(read("logDriver")), maxSize: readText(readMap(read("logOpts"))["max-size"]) }),
  ofInspected: ({ HostConfig }) => {
    const { Type, Config } = readMap(HostConfig["LogConfig"]);
    return { driver: readText(Type), maxSize: readText(readMap(Config)["max-size"]) };
  },
};

function logOpts({ log: { maxSizeMib, maxFiles } }: PlannedContainer): Record<string, string> {
  return { "max-size": `${maxSizeMib}m`, "max-file": String(maxFiles) };
}

const restart: ContainerProperty<string | undefined> = {
  ...word({ option: "--restart", input: "restart", inspected: "RestartPolicy" }, (container) => container.restart),
  ofInspected: ({ HostConfig }) => readText(readMap(HostConfig["RestartPolicy"])["Name"]),
};

const stopTimeoutSeconds: ContainerProperty<number | undefined> = {
  ofPlan: (container) => container.stopTimeoutSeconds,
  options: ["--stop-timeout"],
  typed: (container) => ["--stop-timeout", String(container.stopTimeoutSeconds)],
  ofTyped: (line) => readNumber(Number(lastOf(line, "--stop-timeout") ?? Number.NaN)),
  inputs: (container) => ({ stopTimeout: container.stopTimeoutSeconds, destroyGraceSeconds: container.stopTimeoutSeconds }),
  ofInputs: (read) => readNumber(read("stopTimeout")),
  ofInspected: ({ Config }) => readNumber(Config["StopTimeout"]),
};

/** How it is watched and ended. */
export const SUPERVISION = { restart, healthCheck, log, stopTimeoutSeconds };
