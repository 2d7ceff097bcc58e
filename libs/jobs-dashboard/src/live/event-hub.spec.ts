import { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { JobService } from '@monstera/jobs';
import { TestClock } from '../../../../test/support/test-clock.js';
import { EventHub } from './event-hub.js';
import { EventStream } from './event-stream.js';
import { JobFeeds } from './job-feeds.js';
import { SharedReads } from './shared-reads.js';

/** What the hub may let pages read, in transactions per second. */
const READS_PER_SECOND = 1.5;

/** The connection of a page. One that does not read lets nothing through. */
class Connection extends Duplex {
  text = '';

  constructor(private readonly isRead: boolean) {
    super();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    if (this.isRead) done();
  }
}

interface PageOptions {
  /** What it reads whenever it is called. Default: nothing. */
  paths?: readonly string[];
  isRead?: boolean;
  job?: string;
}

/** An open page: it reads when the hub calls. */
class Page {
  readonly connection: Connection;
  readonly answers: unknown[] = [];
  readonly errors: unknown[] = [];
  /** The seconds at which it was called. */
  readonly calledAt: number[] = [];
  private readonly paths: readonly string[];

  constructor(hub: EventHub, { paths = [], isRead = true, job }: PageOptions = {}) {
    this.paths = paths;
    this.connection = new Connection(isRead);
    const socket = this.connection as unknown as Socket;
    const request = Object.assign(new IncomingMessage(socket), { httpVersionMajor: 1, httpVersionMinor: 1 });
    const response = new ServerResponse(request);
    response.assignSocket(socket);
    hub.open(new EventStream(response, job), { role: 'viewer' });
  }

  get isOpen(): boolean {
    return !this.connection.destroyed;
  }

  follow(reads: SharedReads, second: number, read: (path: string) => Promise<unknown>): void {
    const calls = this.connection.text.split('event: refresh').length - 1;
    if (!this.isOpen || calls === this.calledAt.length) return;
    this.calledAt.push(second);
    for (const path of this.paths)
      reads
        .get(path, 1, () => read(path))
        .then(
          (answer) => this.answers.push(answer),
          (error: unknown) => this.errors.push(error),
        );
  }
}

describe('EventHub', () => {
  let clock: TestClock;
  let reads: SharedReads;
  let hub: EventHub;
  let pages: Page[];
  let made: string[];
  let read: (path: string) => Promise<unknown>;
  let tellOfJob: (line: string) => void;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask'] });
    clock = new TestClock();
    reads = new SharedReads();
    hub = new EventHub(reads, new JobFeeds({ watch } as unknown as JobService), clock);
    pages = [];
    made = [];
    read = async (path) => path;
  });

  afterEach(() => {
    for (const { connection } of pages) connection.destroy();
    jest.useRealTimers();
  });

  /** The changes of a job that logs a line whenever the test says so. */
  async function* watch(id: string, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<object> {
    while (!signal?.aborted)
      yield await new Promise<object>((resolve) => {
        tellOfJob = (message) => resolve({ id, lines: [{ message }], ended: null });
      });
  }

  const open = (options?: PageOptions): Page => {
    const page = new Page(hub, options);
    pages.push(page);
    return page;
  };

  /** Lets everything happen that is under way. */
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  async function pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      clock.nowMs += 1_000;
      jest.advanceTimersByTime(1_000);
      await settle();
      for (const page of pages) page.follow(reads, clock.nowMs / 1_000, make);
      await settle();
    }
  }

  const make = (path: string) => {
    made.push(path);
    return read(path);
  };

  const gapsOf = ({ calledAt }: Page) => new Set(calledAt.slice(1).map((at, i) => at - calledAt[i]!));

  const ownPaths = (page: number, count: number) => Array.from({ length: count }, (_, i) => `${page}/${i}`);

  it('lets pages read no more than so much a second, however many are open', async () => {
    for (let i = 0; i < 6; i++) open({ paths: ownPaths(i, 2) });
    await pass(120);
    expect(made.length).toBeLessThanOrEqual(120 * READS_PER_SECOND);
    expect(made.length).toBeGreaterThan(120);
  });

  it('calls a page that reads little every two seconds, and slows down the more is open and read', async () => {
    open({ paths: ['little'] });
    await pass(20);
    expect(gapsOf(pages[0]!)).toEqual(new Set([2]));

    for (const [count, gap] of [
      [1, 3],
      [2, 6],
      [20, 13],
    ] as const) {
      for (const { connection } of pages) connection.destroy();
      pages = [];
      await pass(3);
      for (let i = 0; i < count; i++) open({ paths: ownPaths(i, 50) });
      await pass(60);
      expect([count, gapsOf(pages[0]!)]).toEqual([count, new Set([gap])]);
    }
  });

  it('gives pages that show the same one read', async () => {
    for (let i = 0; i < 5; i++) open({ paths: ['jobs'] });
    await pass(20);
    expect(gapsOf(pages[0]!)).toEqual(new Set([2]));
    expect(made).toHaveLength(pages[0]!.calledAt.length);
    for (const { answers } of pages) expect(answers).toEqual(made);
  });

  it('calls at once after a change, whatever has been read', async () => {
    const page = open({ paths: ownPaths(1, 50) });
    await pass(2);
    reads.changed();
    await pass(1);
    expect(page.calledAt).toEqual([1, 3]);
  });

  it('does nothing without a page, and begins again with the next', async () => {
    open({ paths: ['jobs'] }).connection.destroy();
    await pass(5);
    expect([made, jest.getTimerCount()]).toEqual([[], 0]);
    open({ paths: ['jobs'] });
    await pass(1);
    expect(made).toEqual(['jobs']);
  });

  it('lets the others have the answer if a page closes during the read', async () => {
    let answer: (value: string) => void = () => undefined;
    read = () => new Promise((resolve) => (answer = resolve));
    const [gone, stays] = [open({ paths: ['slow'] }), open({ paths: ['slow'] })];
    await pass(1);
    gone.connection.destroy();
    await pass(4);
    expect(stays.calledAt.length).toBeGreaterThan(1);
    answer('late');
    await settle();
    expect(made).toEqual(['slow']);
    expect(stays.answers).toEqual(stays.calledAt.map(() => 'late'));

    await pass(4);
    stays.connection.destroy();
    await settle();
    answer('for nobody');
    await pass(3);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('tells all pages of a read that failed, keeps no error, and reads again with the next call', async () => {
    read = async () => {
      throw new Error('no database');
    };
    for (let i = 0; i < 3; i++) open({ paths: ['jobs'] });
    await pass(1);
    expect(made).toHaveLength(1);
    expect(new Set(pages.flatMap(({ errors }) => errors)).size).toBe(1);
    for (const { errors } of pages) expect(errors).toEqual([new Error('no database')]);

    read = async () => 'there';
    await pass(2);
    expect(made).toHaveLength(2);
    for (const { answers } of pages) expect(answers).toEqual(['there']);
  });

  it('closes the stream of a page that does not read it, and of no other', async () => {
    const [deaf, hears] = [open({ isRead: false, job: 'a' }), open({ job: 'a' })];
    await pass(1);
    for (let i = 0; i < 5; i++) {
      tellOfJob('x'.repeat(50_000));
      await settle();
    }
    expect(deaf.isOpen).toBe(true);
    tellOfJob('x'.repeat(50_000));
    await settle();
    tellOfJob('the last straw');
    await settle();
    expect([deaf.isOpen, hears.isOpen]).toEqual([false, true]);
    await pass(2);
    expect(hears.connection.text).toContain('the last straw');
    expect(hears.calledAt.length).toBeGreaterThan(0);
  });

  it('shows that a stream is alive, and ends it after ten to fifteen minutes', async () => {
    const page = open({ paths: ownPaths(1, 50) });
    await pass(599);
    expect([page.isOpen, page.connection.text.includes(': beat')]).toEqual([true, true]);
    await pass(306);
    expect([page.isOpen, jest.getTimerCount()]).toEqual([false, 0]);
  });
});
