import { ZoneClock } from './zone-clock.js';

describe('ZoneClock', () => {
  it('is one clock for a zone, however its name is written', () => {
    expect(ZoneClock.of('eUROPE/bERLIN')).toBe(ZoneClock.of('Europe/Berlin'));
    expect(ZoneClock.of('Europe/Paris')).not.toBe(ZoneClock.of('Europe/Berlin'));
  });

  it('stays right for more spellings than it keeps', () => {
    const letters = 'america/argentina/buenos_aires';
    for (let n = 0; n < 1_100; n++) {
      const spelling = Array.from(letters, (letter, i) => ((n >> i) & 1 ? letter.toUpperCase() : letter)).join('');
      expect(ZoneClock.of(spelling)).toBe(ZoneClock.of(letters));
    }
    expect(ZoneClock.of('Europe/Berlin').segmentAt(0).offsetMs).toBe(3_600_000);
  });
});
