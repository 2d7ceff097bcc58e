import { once } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { answerTlsCalls } from '../../../libs/jobs/src/lease/heartbeat/tls-calls.js';

/** A thread loads files by itself, so this one is that of the build. */
const BUILT = pathToFileURL(resolve('libs/jobs/dist/lease/heartbeat/tls-calls.js')).href;

const THREAD = `
  const { parentPort, workerData } = require('node:worker_threads');
  import(workerData.built).then(({ TlsCalls }) => {
    const clock = { steadyMs: () => performance.now() };
    const { check } = new TlsCalls(workerData.line, workerData.patienceMs, clock).functions(['check']);
    let answer;
    try { answer = check('db.example', workerData.certificate) } catch (error) { answer = 'thrown: ' + error.message }
    parentPort.postMessage(answer);
  });
`;

type Check = (host: string, certificate: { raw: Buffer; issuerCertificate: unknown }) => unknown;

/** What a thread gets when it calls a function of the main thread. */
async function called(check: Check | null, patienceMs = 5_000): Promise<unknown> {
  const certificate: Record<string, unknown> = { raw: Buffer.from('certificate') };
  certificate.issuerCertificate = certificate;
  const line = answerTlsCalls(() => check as (...args: unknown[]) => unknown);
  const workerData = { built: BUILT, line, patienceMs, certificate };
  const thread = new Worker(THREAD, { eval: true, workerData, transferList: [line.port] });
  try {
    return ((await once(thread, 'message')) as unknown[])[0];
  } finally {
    await thread.terminate();
  }
}

describe('a TLS function of the host, called by the heartbeat thread', () => {
  it('accepts a server', async () => {
    await expect(called(() => undefined)).resolves.toBeUndefined();
  });

  it('refuses one by the error that it returns', async () => {
    const answer = await called((host) => new Error(`${host} is not mine`));
    expect(answer).toMatchObject({ message: 'db.example is not mine' });
  });

  it('gets the bytes of the certificate as buffers', async () => {
    const check: Check = (_, { raw, issuerCertificate }) => [raw.toString('utf8'), typeof issuerCertificate];
    await expect(called(check)).resolves.toEqual(['certificate', 'object']);
  });

  it('throws in the thread what it throws', async () => {
    const check = () => {
      throw new Error('cannot tell');
    };
    await expect(called(check)).resolves.toBe('thrown: cannot tell');
  });

  it('is not waited for longer than a connection may take', async () => {
    const line = answerTlsCalls(() => () => undefined);
    const workerData = { built: BUILT, line, patienceMs: 50, certificate: {} };
    const thread = new Worker(THREAD, { eval: true, workerData, transferList: [line.port] });
    const answered = once(thread, 'message') as Promise<unknown[]>;
    await once(thread, 'online');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    expect((await answered)[0]).toBe('thrown: The main thread did not answer check for 50 ms');
    await thread.terminate();
  });
});
