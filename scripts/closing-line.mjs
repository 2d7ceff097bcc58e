/**
 * Jest reporter that prints the numbers of passed and failed tests as the last line of a run. It prints when the process
 * ends, because Jest's own summary comes after all reporters.
 */
export default class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    // A suite that could not be loaded has no tests, but counts as a failure.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    process.once('exit', () => console.log(`\n${numPassedTests} passed, ${failed} failed`));
  }
}
