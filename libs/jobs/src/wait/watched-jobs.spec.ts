import { WatchedJobs } from './watched-jobs.js';

const nextTurn = () => new Promise(setImmediate);

describe('WatchedJobs', () => {
  let told: [channel: string, ids: string[]][];
  let watched: WatchedJobs;

  beforeEach(() => {
    told = [];
    watched = new WatchedJobs(async (channel, message) => void told.push([channel, message.split(',')]));
  });

  it('tells each channel once for all its jobs that end in one turn', async () => {
    watched.watch({ channel: 'a', ids: ['1', '2', '3'] });
    watched.watch({ channel: 'b', ids: ['4'] });
    for (const id of ['1', '4', '2', 'other']) watched.hasEnded(id);
    await nextTurn();
    expect(told).toEqual([
      ['a', ['1', '2']],
      ['b', ['4']],
    ]);
  });

  it('tells of a job once', async () => {
    watched.watch({ channel: 'a', ids: ['1'] });
    watched.hasEnded('1');
    watched.hasEnded('1');
    await nextTurn();
    expect(told).toEqual([['a', ['1']]]);
  });

  it('fits each message into a notification', async () => {
    const ids = Array.from({ length: 450 }, (_, i) => String(i));
    watched.watch({ channel: 'a', ids });
    for (const id of ids) watched.hasEnded(id);
    await nextTurn();
    expect(told.map(([, sent]) => sent.length)).toEqual([200, 200, 50]);
  });

  it('forgets the oldest of more than 10,000', async () => {
    const ids = Array.from({ length: 10_001 }, (_, i) => String(i));
    watched.watch({ channel: 'a', ids });
    for (const id of ['0', '1', '10000']) watched.hasEnded(id);
    await nextTurn();
    expect(told).toEqual([['a', ['1', '10000']]]);
  });

  it.each(['', 'a; drop table jobs', 'A', 'x'.repeat(64)])('does not tell %p, which is no channel', async (channel) => {
    watched.watch({ channel, ids: ['1'] });
    watched.hasEnded('1');
    await nextTurn();
    expect(told).toEqual([]);
  });
});
