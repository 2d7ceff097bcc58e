import type pg from 'pg';
import { databaseErrorCode } from '../../store/connection/database-errors.js';
import type { Statement } from '../../store/statement.js';

/** What the heartbeat thread asks of the main thread. */
export type HeartbeatQuestion =
  /** The current options for a new connection. */
  | { kind: 'connection' }
  /** A statement to run, if the thread cannot have a connection of its own. */
  | { kind: 'statement'; statement: Pick<Statement<never, never>, 'name' | 'text' | 'template'>; params: unknown[] };

/** What the thread needs to open its own connection. */
export interface ThreadConnection {
  config: pg.ClientConfig;
  /** Names of the TLS options that are functions. They stay in the main thread. */
  tlsFunctions: string[];
}

export interface AskMessage {
  kind: 'ask';
  id: number;
  question: HeartbeatQuestion;
}

export type AnswerMessage = { kind: 'answer'; id: number } & (
  { value: unknown } | { error: { message: string; code: string } }
);

/** Always resolves. An error is reduced to its message and code, because not every error can be sent to a thread. */
export async function answerTo(
  { id, question }: AskMessage,
  answer: (question: HeartbeatQuestion) => Promise<unknown>,
): Promise<AnswerMessage> {
  try {
    return { kind: 'answer', id, value: await answer(question) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'answer', id, error: { message, code: databaseErrorCode(error) } };
  }
}

interface Waiting {
  resolve: (value: never) => void;
  reject: (error: Error) => void;
}

/** Asks the main thread, from the heartbeat thread. */
export class HeartbeatQuestions {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  constructor(
    private readonly send: (message: AskMessage) => void,
    /** How long to wait for an answer, in milliseconds. A blocked main thread does not answer. */
    private readonly patienceMs: number,
  ) {}

  ask<T>(question: HeartbeatQuestion): Promise<T> {
    const id = ++this.asked;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        reject(new Error(`The main thread did not answer for ${this.patienceMs} ms`));
      }, this.patienceMs);
      this.waiting.set(id, {
        resolve: (value) => (clearTimeout(timer), resolve(value)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      });
      this.send({ kind: 'ask', id, question });
    });
  }

  hear(message: AnswerMessage): void {
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if ('error' in message) waiting?.reject(Object.assign(new Error(message.error.message), message.error));
    else waiting?.resolve(message.value as never);
  }
}
