import jestRunner from 'jest-runner';

/** Jest runner of the specs that measure times: one file at a time, after or before all others, so that only it has the machine. */
export default class AloneRunner extends jestRunner {
  constructor(globalConfig, context) {
    super({ ...globalConfig, maxWorkers: 1 }, context);
  }
}
