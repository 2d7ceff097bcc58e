import type pg from 'pg';
import { databaseErrorCode } from '../../store/connection/database-errors.js';
import type { Statement } from '../../store/statement.js';

/** What the heartbeat thread needs the main thread for. */
export type HeartbeatQuestion =
  /** What a new connection is to be made with, as it is now. */
  | { kind: 'connection' }
  /** To run a statement, where the thread cannot have a connection of its own. */
  | { kind: 'statement'; statement: Pick<Statement<never, never>, 'name' | 'text' | 'template'>; params: unknown[] };

/** For a connection of the thread's own. */
export interface ThreadConnection {
  config: pg.ClientConfig;
  /** Functions among the TLS options, which stay with the main thread. */
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

/** Always an answer: an error that cannot be handed over as it is has its message and its code handed over. */
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

/** The heartbeat thread's side of its questions. */
export class HeartbeatQuestions {
  private readonly waiting = new Map<number, Waiting>();
  private asked = 0;

  constructor(
    private readonly send: (message: AskMessage) => void,
    /** A main thread that is blocked does not answer; it is waited for so long, in milliseconds. */
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
