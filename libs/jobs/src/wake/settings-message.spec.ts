import { settingsMessage } from './wake-message.js';
import { WakeUp } from './wake-up.js';
import { systemClock } from '../support/time/clock.js';

describe('WakeUp', () => {
  it('passes on that settings have changed, from this process and from any other', () => {
    const wakeUp = new WakeUp({ run: () => Promise.resolve([]) }, () => {}, systemClock);
    const heard: string[] = [];
    wakeUp.subscribe({ settingsChanged: () => heard.push('changed') });
    wakeUp.subscribe({ jobsAdded: (queues) => heard.push(`added ${queues.join()}`) });
    wakeUp.settingsChanged();
    expect(heard).toEqual(['changed']);
    wakeUp.hear(settingsMessage());
    expect(heard).toEqual(['changed', 'changed']);
    wakeUp.hear(JSON.stringify({ from: 'another', queues: ['mail'] }));
    expect(heard).toEqual(['changed', 'changed', 'added mail']);
  });
});
