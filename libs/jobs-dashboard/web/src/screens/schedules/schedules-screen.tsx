import { useState } from 'react';
import { useSchedules } from '../../api/queries';
import { ActionButton } from '../../parts/action-button';
import { Empty } from '../../parts/empty';
import { View } from '../../parts/view';
import { useText } from '../../text/language';
import { ScheduleCard } from './schedule-card';
import { ScheduleDialog } from './schedule-dialog';

const CODE = `@ScheduledJob('0 3 * * *', { name: 'nightly_digest', timeZone: 'Asia/Tokyo' })
enqueueDigest({ manager }: ScheduledTick) {
  return this.jobs.enqueue(digest, {}, { manager });
}`;

export function SchedulesScreen() {
  const { nav, schedules: text } = useText();
  return (
    <>
      <div className="card-head">
        <h1>{nav.schedules}</h1>
        <NewSchedule />
      </div>
      <View query={useSchedules()}>
        {({ schedules }) =>
          schedules.length === 0 ? (
            <Empty title={text.empty} words={text.emptyText} code={CODE} />
          ) : (
            <ul className="schedules">
              {schedules.map((schedule) => (
                <ScheduleCard key={schedule.name} schedule={schedule} />
              ))}
            </ul>
          )
        }
      </View>
    </>
  );
}

function NewSchedule() {
  const { schedule: text } = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="row actions">
      <ActionButton kind="main" onAct={() => setOpen(true)}>
        {text.create}
      </ActionButton>
      {isOpen && <ScheduleDialog onClose={() => setOpen(false)} />}
    </div>
  );
}
