import { Injectable } from '@nestjs/common';

/** How old an answer may be that another page has asked for, in milliseconds. */
const MAX_AGE_MS = 2_000;
/** Answers that are shared at once. Further ones are read for each page. */
const MAX_ANSWERS = 200;

/** Gives pages that ask for the same at nearly the same time one answer, and counts what reading it costs. */
@Injectable()
export class SharedReads {
  private readonly answers = new Map<string, Promise<unknown>>();
  private readonly onChange: (() => void)[] = [];
  private cost = 0;

  /** `reads`: transactions of the database that the answer takes. Rejects if `read` does. */
  get(key: string, reads: number, read: () => Promise<unknown>): Promise<unknown> {
    const known = this.answers.get(key);
    if (known) return known;
    this.cost += reads;
    const answer = read();
    if (this.answers.size < MAX_ANSWERS) this.share(key, answer);
    return answer;
  }

  /** What has been read since the last call. */
  takeCost(): number {
    const { cost } = this;
    this.cost = 0;
    return cost;
  }

  /** Somebody has changed something here: answers from before are not given any more. */
  changed(): void {
    this.answers.clear();
    for (const tell of this.onChange) tell();
  }

  whenChanged(tell: () => void): void {
    this.onChange.push(tell);
  }

  private share(key: string, answer: Promise<unknown>): void {
    const forget = () => void (this.answers.get(key) === answer && this.answers.delete(key));
    this.answers.set(key, answer);
    answer.then(() => setTimeout(forget, MAX_AGE_MS).unref(), forget);
  }
}
