import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { actOn, cancelJob, retryJob, type BulkAction } from '../../api/actions';
import type { JobWithTexts, Status } from '../../api/types';
import { useAct, type Trouble } from '../../app/act';
import { ActionButton } from '../../parts/action-button';
import { Confirm } from '../../parts/confirm';
import { useText } from '../../text/language';
import { EditDialog } from './edit-dialog';
import { RescheduleDialog } from './reschedule-dialog';

type JobAction = BulkAction | 'edit' | 'reschedule';

/** What can be done with a job of this status. The first is what one most likely wants. */
const ACTIONS: Record<Status, readonly JobAction[]> = {
  pending: ['run-now', 'edit', 'reschedule', 'cancel'],
  blocked: ['cancel'],
  processing: ['cancel'],
  completed: ['replay', 'delete'],
  failed: ['retry', 'delete'],
  cancelled: ['retry', 'delete'],
};

/** These ask first, or for more. */
const ASKING = ['cancel', 'delete', 'edit', 'reschedule'] as const;
type Asked = (typeof ASKING)[number];

const mustAsk = (action: JobAction): action is Asked => ASKING.some((each) => each === action);

type Props = Pick<JobWithTexts, 'job' | 'payload'>;

export function JobActions({ job, payload }: Props) {
  const { actions, edit } = useText();
  const { isBusy, act } = useAct();
  const [asked, setAsked] = useState<Asked>();
  const perform = usePerform(job.id);
  const labels: Record<JobAction, string> = { ...actions, ...edit, 'run-now': actions.runNow };
  const start = (action: JobAction) => (mustAsk(action) ? setAsked(action) : act(() => perform(action)));
  return (
    <div className="row actions">
      {ACTIONS[job.status].map((action, i) => (
        <ActionButton key={action} kind={i === 0 ? 'main' : 'plain'} busy={isBusy} onAct={() => start(action)}>
          {labels[action]}
        </ActionButton>
      ))}
      {asked && (
        <AskedDialog
          asked={asked}
          job={job}
          payload={payload}
          onConfirm={(action) => act(() => perform(action))}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

interface AskedProps extends Props {
  asked: Asked;
  onConfirm: (action: 'cancel' | 'delete') => void;
  onClose: () => void;
}

function AskedDialog({ asked, job, payload, onConfirm, onClose }: AskedProps) {
  const { actions, jobs } = useText();
  if (asked === 'edit') return <EditDialog job={job} payload={payload} onClose={onClose} />;
  if (asked === 'reschedule') return <RescheduleDialog job={job} onClose={onClose} />;
  return (
    <Confirm
      title={actions.confirmTitle[asked](jobs(1))}
      words={actions.confirmText[asked]}
      label={actions[asked]}
      isDanger
      onConfirm={() => {
        onClose();
        onConfirm(asked);
      }}
      onClose={onClose}
    />
  );
}

/** Acts on one job and returns what to say. */
function usePerform(id: string): (action: BulkAction) => Promise<string | Trouble> {
  const { actions } = useText();
  const navigate = useNavigate();
  const said = { 'run-now': actions.ranNow, replay: actions.replayed, delete: actions.deleted } as const;
  return async (action) => {
    if (action === 'retry') {
      await retryJob(id);
      return actions.retried;
    }
    if (action === 'cancel') return (await cancelJob(id)).status === 'processing' ? actions.asked : actions.cancelled;
    const { changed, refusal } = await actOn(action, { ids: [id] });
    if (refusal !== undefined) return { trouble: actions.refused(refusal) };
    if (changed === 0) return actions.unchanged;
    if (action === 'delete') void navigate({ to: '/' });
    return said[action];
  };
}
