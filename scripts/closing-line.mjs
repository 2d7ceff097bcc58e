/**
 * Jest reporter: the very last line of a run says how it went, in words that any runner recognises. Written when the
 * process ends, because Jest's own summary comes after every other reporter.
 */
export default class ClosingLine {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    // A suite that could not even be loaded has no tests to count, and is a failure all the same.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    process.once('exit', () => console.log(`\n${numPassedTests} passed, ${failed} failed`));
  }
}
