import { claimJobs } from '../../store/sql/claim/claim-jobs.sql.js';
import {
  MAX_CLAIMED_TEXT,
  payloadLength,
  PayloadText,
  payloadValue,
  rowPayload,
  SMALL_PAYLOAD,
} from './payload-text.js';

const textOf = (length: number) => JSON.stringify('x'.repeat(length - 2));
const rowOf = (payload: string | null) =>
  ['id', 'it', payload, 'default', '5', '1', '5', '1', null, null, null, '2026-05-01', null, null, '0'] as const;

describe('the payload of a row', () => {
  it('is a value if it is small, and a text until it is needed if it is large', () => {
    expect(rowPayload(textOf(SMALL_PAYLOAD))).toEqual(expect.any(String));
    const large = rowPayload(textOf(SMALL_PAYLOAD + 1));
    expect(large).toBeInstanceOf(PayloadText);
    expect(payloadValue(large)).toBe('x'.repeat(SMALL_PAYLOAD - 1));
    expect([payloadLength(large), payloadLength({})]).toEqual([SMALL_PAYLOAD + 1, 0]);
  });
});

describe('a claim', () => {
  function claim(texts: (string | null)[]): unknown[] {
    const decode = claimJobs.newDecode!();
    return texts.map((text) => decode(rowOf(text)).payload);
  }

  it('reads no payload as an empty one', () => {
    expect(claim([null, 'null', '{"a":1}'])).toEqual([{}, null, { a: 1 }]);
  });

  it('keeps no more than 4 MiB of large payloads, each time', () => {
    const texts = Array.from({ length: 20 }, () => textOf(256 * 1_024));
    for (let i = 0; i < 2; i++) {
      const payloads = claim([...texts, '{}', ...texts]) as PayloadText[];
      const kept = payloads.filter((payload) => payload instanceof PayloadText && !payload.isLeftOut);
      expect(kept).toHaveLength(16);
      expect(payloads[20]).toEqual({});
      expect(payloads.filter(({ isLeftOut }) => isLeftOut).map(payloadValue)).toEqual(Array.from({ length: 24 }));
    }
  });

  it('keeps the first payload however large it is', () => {
    const [first, second] = claim([textOf(MAX_CLAIMED_TEXT + 1), textOf(2_000)]) as [PayloadText, PayloadText];
    expect([first.isLeftOut, second.isLeftOut]).toEqual([false, true]);
  });
});
