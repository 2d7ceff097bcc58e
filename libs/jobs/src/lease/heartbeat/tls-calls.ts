import { MessageChannel, receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { Clock } from '../../support/time/clock.js';

type TlsFunction = (...args: unknown[]) => unknown;

interface Call {
  id: number;
  name: string;
  args: unknown[];
}

type Outcome = { id: number } & ({ value: unknown } | { refusal: string } | { thrown: string });

/** What the heartbeat thread needs for its calls. `port` must be transferred to it. */
export interface TlsCallLine {
  port: MessagePort;
  /** Counts the answers. */
  memory: SharedArrayBuffer;
}

/**
 * The main thread's side. It calls functions of the host's TLS options, such as `checkServerIdentity`, for the
 * heartbeat thread. Functions cannot be sent to a thread.
 */
export function answerTlsCalls(functionOf: (name: string) => TlsFunction): TlsCallLine {
  const { port1, port2 } = new MessageChannel();
  const memory = new SharedArrayBuffer(4);
  const answers = new Int32Array(memory);
  port1.on('message', ({ id, name, args }: Call) => {
    port1.postMessage({ id, ...outcomeOf(() => functionOf(name)(...args.map((arg) => withBuffers(arg)))) });
    Atomics.add(answers, 0, 1);
    Atomics.notify(answers, 0);
  });
  port1.unref();
  return { port: port2, memory };
}

function outcomeOf(call: () => unknown): Omit<Outcome, 'id'> {
  try {
    const value = call();
    // `checkServerIdentity` returns an error instead of throwing it.
    return value instanceof Error ? { refusal: value.message } : { value: structuredClone(value) };
  } catch (error) {
    return { thrown: error instanceof Error ? error.message : String(error) };
  }
}

/** Turns byte arrays back into Buffers. `seen` ends certificate chains, whose last issuer refers to itself. */
function withBuffers(value: unknown, seen = new Set<unknown>()): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value !== 'object' || value === null || seen.has(value)) return value;
  seen.add(value);
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) object[key] = withBuffers(object[key], seen);
  return object;
}

/** The heartbeat thread's side. It blocks until the answer comes, because TLS expects one synchronously. */
export class TlsCalls {
  private readonly answers: Int32Array;
  private called = 0;

  constructor(
    private readonly line: TlsCallLine,
    /** How long to wait for an answer, in milliseconds. A blocked main thread does not answer. */
    private readonly patienceMs: number,
    private readonly clock: Clock,
  ) {
    this.answers = new Int32Array(line.memory);
  }

  functions(names: readonly string[]): Record<string, TlsFunction> {
    return Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => this.call(name, args)]));
  }

  private call(name: string, args: unknown[]): unknown {
    const id = ++this.called;
    let seen = Atomics.load(this.answers, 0);
    this.line.port.postMessage({ id, name, args } satisfies Call);
    for (const untilMs = this.clock.steadyMs() + this.patienceMs; ;) {
      const outcome = this.received(id);
      if (outcome) return resultOf(outcome);
      const leftMs = untilMs - this.clock.steadyMs();
      if (leftMs <= 0) throw new Error(`The main thread did not answer ${name} for ${this.patienceMs} ms`);
      Atomics.wait(this.answers, 0, seen, leftMs);
      seen = Atomics.load(this.answers, 0);
    }
  }

  /** Skips late answers to earlier calls. */
  private received(id: number): Outcome | null {
    for (;;) {
      const received = receiveMessageOnPort(this.line.port);
      if (!received) return null;
      const outcome = received.message as Outcome;
      if (outcome.id === id) return outcome;
    }
  }
}

function resultOf(outcome: Outcome): unknown {
  if ('thrown' in outcome) throw new Error(outcome.thrown);
  return 'refusal' in outcome ? new Error(outcome.refusal) : outcome.value;
}
