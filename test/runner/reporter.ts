import { appendFileSync } from "node:fs";
import Mocha from "mocha";
import { eventsVariable, type TestEvent } from "./events";

/**
 * Mocha's readable output, and beside it one line per test in a file: a suite that is ended by its
 * time limit still counts what it had done.
 */
class StreamingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const file = process.env[eventsVariable];
    if (file === undefined) return;
    const write = (outcome: TestEvent["outcome"]) => (test: Mocha.Test | Mocha.Hook) => {
      const event: TestEvent = { outcome, title: test.fullTitle() };
      appendFileSync(file, `${JSON.stringify(event)}\n`);
    };
    runner.on("pass", write("passed"));
    runner.on("fail", write("failed"));
    runner.on("pending", write("skipped"));
  }
}

// Mocha takes a reporter module itself as the class: no `default`.
export = StreamingReporter;
