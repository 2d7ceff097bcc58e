/** What wants to send statements through a gate. */
export interface Sender {
  /** `plain` statements have nothing to wait for; `keyed` may find a lock, `repeated` have found one. */
  readonly kind: 'plain' | 'keyed' | 'repeated';
  /** There may be room: enter again. */
  roomMade(): void;
}

/** Every so many times, a repeated statement goes before a first one, so that a busy process does not starve it. */
const REPEATED_TURN = 8;

/**
 * Limits how many enqueue statements a process sends at once, so that others keep their share of the host's pool. First
 * tries go before repeated ones. One place is kept for plain statements, and half of them for first tries.
 */
export class StatementGate {
  private readonly waiting = { plain: new Set<Sender>(), keyed: new Set<Sender>(), repeated: new Set<Sender>() };
  private readonly inside = { plain: 0, keyed: 0, repeated: 0 };
  private turns = 0;

  constructor(readonly limit: number) {}

  /** Whether the sender may send one statement now. If not, it hears of it when there is room. */
  enter(sender: Sender): boolean {
    if (this.hasRoom(sender.kind)) {
      this.inside[sender.kind]++;
      return true;
    }
    this.waiting[sender.kind].add(sender);
    return false;
  }

  /** The statement of a sender that had this kind when it entered has ended. */
  leave(kind: Sender['kind']): void {
    this.inside[kind]--;
    const { plain, keyed, repeated } = this.waiting;
    if (plain.size + keyed.size + repeated.size === 0) return;
    for (let next = this.takeNext(); next; next = this.takeNext()) next.roomMade();
  }

  /** The sender has nothing to send any more. */
  forget(sender: Sender): void {
    const { plain, keyed, repeated } = this.waiting;
    for (const senders of [plain, keyed, repeated]) if (senders.size > 0) senders.delete(sender);
  }

  private takeNext(): Sender | undefined {
    const first = this.turns % 2 === 0 ? (['plain', 'keyed'] as const) : (['keyed', 'plain'] as const);
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
    const { plain, keyed, repeated } = this.inside;
    if (plain + keyed + repeated >= this.limit) return false;
    if (kind === 'repeated' && repeated >= Math.max(1, this.limit >> 1)) return false;
    return kind === 'plain' || keyed + repeated < Math.max(1, this.limit - 1);
  }
}
