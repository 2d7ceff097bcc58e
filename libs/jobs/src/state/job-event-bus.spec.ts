import { JobEventBus } from './job-event-bus.js';
import type { JobEvent } from '../job/job-events.js';

describe('JobEventBus', () => {
  it('tells every listener, though one of them throws, and lets nothing through to whoever emits', () => {
    const warned = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const heard: string[] = [];
    const bus = new JobEventBus();
    bus.subscribe(() => {
      throw new Error('the log is closed');
    });
    bus.subscribe(({ name }) => heard.push(name));

    expect(() => bus.emit({ name: 'completed' } as JobEvent)).not.toThrow();

    expect(heard).toEqual(['completed']);
    expect(warned).toHaveBeenCalledWith(expect.stringContaining('"completed": Error: the log is closed'));
    warned.mockRestore();
  });
});
