/**
 * Sums vitest's JSON reports: `node sum.js <folder of reports> [step that failed …]`.
 *
 * Prints one line and ends with 1 if anything failed. A step that failed counts as one failure where no failed test of
 * its own accounts for it: a linter, a file that did not load, a runner that was stopped before it could report.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

const [folder = ".", ...brokenSteps] = process.argv.slice(2);
const sum = { passed: 0, failed: 0, skipped: 0 };
const accounted = new Set();

for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
  const report = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const filesThatDidNotLoad = report.testResults.filter(
    (each) => each.status === "failed" && each.assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + filesThatDidNotLoad;
  sum.passed += report.numPassedTests;
  sum.failed += failed;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  if (failed > 0) accounted.add(basename(file, ".json"));
}
sum.failed += brokenSteps.filter((step) => !accounted.has(step)).length;

console.log(`${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped`);
process.exit(sum.failed === 0 ? 0 : 1);
