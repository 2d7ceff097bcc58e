/** In characters. Longer payloads are parsed when their job starts, and count towards what a worker may prefetch. */
export const SMALL_PAYLOAD = 1_024;
/** The payload text that one claim may bring, in characters. Payloads beyond it are dropped, their jobs handed back. */
export const MAX_CLAIMED_TEXT = 4 * 1_048_576;

/**
 * A large payload, as the text that the database sent. The text needs less memory than its values, and parsing many
 * texts at once would block the event loop (docs/decisions/0018-bytes.md).
 */
export class PayloadText {
  readonly length: number;
  private text: string | null;

  constructor(text: string) {
    this.text = text;
    this.length = text.length;
  }

  /** True if the text was dropped. The job cannot run in this claim. */
  get isLeftOut(): boolean {
    return this.text === null;
  }

  leaveOut(): void {
    this.text = null;
  }

  /** The parsed value; undefined if the text was dropped. */
  parse(): unknown {
    return this.text === null ? undefined : JSON.parse(this.text);
  }
}

/** A payload as rows have it: its value, or its text if it is large. */
export function rowPayload(text: string): unknown {
  return text.length > SMALL_PAYLOAD ? new PayloadText(text) : JSON.parse(text);
}

/** The value of a payload from a row. */
export function payloadValue(payload: unknown): unknown {
  return payload instanceof PayloadText ? payload.parse() : payload;
}

/** Its length in characters; 0 for a small payload. */
export function payloadLength(payload: unknown): number {
  return payload instanceof PayloadText ? payload.length : 0;
}
