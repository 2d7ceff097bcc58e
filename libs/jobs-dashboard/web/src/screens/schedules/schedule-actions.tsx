import { useState } from 'react';
import { removeSchedule, steerSchedule } from '../../api/actions';
import type { Schedule } from '../../api/types';
import { useAct } from '../../app/act';
import { ActionButton } from '../../parts/action-button';
import { Confirm } from '../../parts/confirm';
import { useText } from '../../text/language';
import { ScheduleDialog } from './schedule-dialog';

type Verb = 'pause' | 'resume' | 'run' | 'reset';

export function ScheduleActions({ schedule }: { schedule: Schedule }) {
  const { name, pausedAt, endedAt, job, held, declared } = schedule;
  const { actions, schedule: text } = useText();
  const { isBusy, act } = useAct();
  const [open, setOpen] = useState<'edit' | 'remove'>();
  const steer = (verb: Verb) => () =>
    act(async () => {
      await steerSchedule(name, verb);
      return verb === 'run' ? actions.ranNow : actions.steered(name);
    });
  const verbs = [
    ...(endedAt === null ? [pausedAt === null ? ('pause' as const) : ('resume' as const)] : []),
    'run' as const,
    ...(declared ? ['reset' as const] : []),
  ];
  const labels = { pause: actions.pause, resume: actions.resume, run: actions.runNow, reset: text.reset };
  return (
    <div className="row actions">
      {verbs.map((verb) => (
        <Named key={verb} name={name} label={labels[verb]} busy={isBusy} onAct={steer(verb)} />
      ))}
      <Named name={name} label={text.edit} onAct={() => setOpen('edit')} />
      {(job !== null || !held) && <Named name={name} label={text.remove} onAct={() => setOpen('remove')} />}
      {open === 'edit' && <ScheduleDialog schedule={schedule} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && <RemoveSchedule name={name} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

interface NamedProps {
  name: string;
  label: string;
  busy?: boolean;
  onAct: () => void;
}

/** A button that says for readers of the screen's structure which schedule it is about. */
function Named({ name, label, busy, onAct }: NamedProps) {
  return (
    <ActionButton busy={busy} onAct={onAct}>
      {label} <span className="visually-hidden">{name}</span>
    </ActionButton>
  );
}

function RemoveSchedule({ name, onClose }: { name: string; onClose: () => void }) {
  const { schedule: text } = useText();
  const { act } = useAct();
  const confirm = () => {
    onClose();
    act(async () => {
      await removeSchedule(name);
      return text.removed(name);
    });
  };
  return (
    <Confirm
      title={text.removeTitle(name)}
      words={text.removeText}
      label={text.remove}
      isDanger
      onConfirm={confirm}
      onClose={onClose}
    />
  );
}
