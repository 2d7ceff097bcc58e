import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Scenario } from '../scenario.js';

const VICTIMS = 4;

/** A handler waits on a gate while its process is stopped; a successor runs the job; then the late one comes back. */
export const pause: Scenario = {
  name: 'pause',
  promise: 'A worker that was stopped past its lease finds every late completion refused, and its handlers are told',
  faults: { smoke: 4, reduced: 40, full: 100 },
  // A stopped process cannot end what it is at: that its successor overlaps with it is the point.
  exempt: ['overlapping'],
  async run(stage) {
    const { cluster, fleet, faults } = stage;
    const gate = join(stage.folder, 'gate');
    const victims = await fleet.start(VICTIMS, { jobs: { concurrency: Math.ceil(faults / VICTIMS) } });
    await stage.enqueue(faults, { does: 'gate', gate });
    await stage.until('the handlers start', async () => (await stage.noted('start')) === faults, 20_000);
    for (const victim of victims) victim.signal('SIGSTOP');
    // The stopped find the gate open when they come back. It must not hold up successors: one that runs a job with a
    // crash behind it may run nothing else beside it.
    await writeFile(gate, '');
    await fleet.start(1, { jobs: { concurrency: faults } });
    // Of a run of their own, or of one after it: jobs that are too many for a process to start alone are handed back.
    const completed = () => cluster.count(`from jobs where status = 'completed' and run > 1`);
    await stage.until('successors complete', async () => (await completed()) === faults, 60_000);
    for (const victim of victims) victim.signal('SIGCONT');
    const late = { labels: victims.map(({ label }) => label) };
    await stage.until('late handlers end', async () => (await stage.noted('end', late)) === faults, 20_000);
    stage.inject('late completion', await stage.noted('end', late));
    await stage.until('late completions refused', async () => (await stage.noted('lost', late)) === faults, 20_000);
    const signals = await stage.noted('signal', { ...late, detail: 'lease-lost' });
    stage.check(`each signal fired with reason lease-lost (${faults})`, signals === faults, signals);
    const refused = await stage.noted('lost', late);
    stage.check(`each late completion refused (${faults})`, refused === faults, refused);
    stage.check('completed by the successor', (await completed()) === faults, await completed());
    stage.figures.refused = refused;
    stage.figures.signalled = signals;
  },
};
