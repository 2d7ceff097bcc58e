/** Sends statements through a gate. */
export interface Sender {
  /** `fast`: jobs without options, which rarely meet a lock. `keyed`: may meet a lock. `repeated`: has met one. */
  readonly kind: 'fast' | 'keyed' | 'repeated';
  /** There may be room now. The sender has to call `enter()` again. */
  roomMade(): void;
}

/** One turn in this many goes to a repeated statement first, so that a busy process does not starve them. */
const REPEATED_TURN = 8;

/**
 * Limits the enqueue statements that a process runs at once, so that the application keeps its share of the host's pool.
 * First tries go before repeated ones. One place is reserved for fast statements, and half of the places for first tries.
 */
export class StatementGate {
  private readonly waiting = { fast: new Set<Sender>(), keyed: new Set<Sender>(), repeated: new Set<Sender>() };
  private readonly inside = { fast: 0, keyed: 0, repeated: 0 };
  private turns = 0;

  constructor(readonly limit: number) {}

  /** Whether the sender may send one statement now. If not, `roomMade()` is called when there is room. */
  enter(sender: Sender): boolean {
    if (this.hasRoom(sender.kind)) {
      this.inside[sender.kind]++;
      return true;
    }
    this.waiting[sender.kind].add(sender);
    return false;
  }

  /** Call when a statement has ended, with the sender's kind at `enter()`. */
  leave(kind: Sender['kind']): void {
    this.inside[kind]--;
    const { fast, keyed, repeated } = this.waiting;
    if (fast.size + keyed.size + repeated.size === 0) return;
    for (let next = this.takeNext(); next; next = this.takeNext()) next.roomMade();
  }

  /** Call when the sender has nothing left to send. */
  forget(sender: Sender): void {
    const { fast, keyed, repeated } = this.waiting;
    for (const senders of [fast, keyed, repeated]) if (senders.size > 0) senders.delete(sender);
  }

  private takeNext(): Sender | undefined {
    const first = this.turns % 2 === 0 ? (['fast', 'keyed'] as const) : (['keyed', 'fast'] as const);
    const repeatedFirst = this.turns % REPEATED_TURN === REPEATED_TURN - 1;
    const order = repeatedFirst ? (['repeated', ...first] as const) : ([...first, 'repeated'] as const);
    for (const kind of order) {
      const [sender] = this.waiting[kind];
      if (!sender || !this.hasRoom(kind)) continue;
      this.waiting[kind].delete(sender);
      this.turns++;
      return sender;
    }
    return undefined;
  }

  private hasRoom(kind: Sender['kind']): boolean {
    const { fast, keyed, repeated } = this.inside;
    if (fast + keyed + repeated >= this.limit) return false;
    if (kind === 'repeated' && repeated >= Math.max(1, this.limit >> 1)) return false;
    return kind === 'fast' || keyed + repeated < Math.max(1, this.limit - 1);
  }
}
