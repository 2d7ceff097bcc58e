/** Longer payloads are parsed when their job starts, and count towards what a worker may claim ahead. In characters. */
export const SMALL_PAYLOAD = 1_024;
/** How much text one claim may bring. What comes beyond it is left out, and its job is handed back. In characters. */
export const MAX_CLAIMED_TEXT = 4 * 1_048_576;

/**
 * A large payload as the database sends it. The text needs less memory than the values made of it, and parsing many of
 * them at once would block the event loop.
 */
export class PayloadText {
  readonly length: number;
  private text: string | null;

  constructor(text: string) {
    this.text = text;
    this.length = text.length;
  }

  /** True if the text was not kept. Its job cannot run here. */
  get isLeftOut(): boolean {
    return this.text === null;
  }

  leaveOut(): void {
    this.text = null;
  }

  /** Undefined if it is left out. */
  parse(): unknown {
    return this.text === null ? undefined : JSON.parse(this.text);
  }
}

/** A payload as a row holds it: its value, or its text if it is large. */
export function rowPayload(text: string): unknown {
  return text.length > SMALL_PAYLOAD ? new PayloadText(text) : JSON.parse(text);
}

/** The value of a payload that a row holds. */
export function payloadValue(payload: unknown): unknown {
  return payload instanceof PayloadText ? payload.parse() : payload;
}

/** In characters; 0 for a small one. */
export function payloadLength(payload: unknown): number {
  return payload instanceof PayloadText ? payload.length : 0;
}
