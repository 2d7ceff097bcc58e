import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { actOn, cancelJob, retryJob, type BulkAction } from '../../api/actions';
import type { Job, Status } from '../../api/types';
import { useAct } from '../../app/act';
import { ActionButton } from '../../parts/action-button';
import { Confirm } from '../../parts/confirm';
import { useText } from '../../text/language';

/** What can be done with a job of this status. The first is what one most likely wants. */
const ACTIONS: Record<Status, readonly BulkAction[]> = {
  pending: ['run-now', 'cancel', 'delete'],
  blocked: ['cancel', 'delete'],
  processing: ['cancel'],
  completed: ['replay', 'delete'],
  failed: ['retry', 'delete'],
  cancelled: ['retry', 'delete'],
};

type Asked = 'cancel' | 'delete';

const mustAsk = (action: BulkAction): action is Asked => action === 'cancel' || action === 'delete';

export function JobActions({ job }: { job: Job }) {
  const { actions, jobs } = useText();
  const { isBusy, act } = useAct();
  const [asked, setAsked] = useState<Asked>();
  const perform = usePerform(job.id);
  const labels: Record<BulkAction, string> = { ...actions, 'run-now': actions.runNow };
  const start = (action: BulkAction) => (mustAsk(action) ? setAsked(action) : act(() => perform(action)));
  return (
    <div className="row actions">
      {ACTIONS[job.status].map((action, i) => (
        <ActionButton key={action} kind={i === 0 ? 'main' : 'plain'} busy={isBusy} onAct={() => start(action)}>
          {labels[action]}
        </ActionButton>
      ))}
      {asked && (
        <Confirm
          title={actions.confirmTitle[asked](jobs(1))}
          words={actions.confirmText[asked]}
          label={labels[asked]}
          isDanger
          onConfirm={() => {
            setAsked(undefined);
            act(() => perform(asked));
          }}
          onClose={() => setAsked(undefined)}
        />
      )}
    </div>
  );
}

/** Acts on one job and returns what to say. */
function usePerform(id: string): (action: BulkAction) => Promise<string> {
  const { actions } = useText();
  const navigate = useNavigate();
  const said = { 'run-now': actions.ranNow, replay: actions.replayed, delete: actions.deleted } as const;
  return async (action) => {
    if (action === 'retry') {
      await retryJob(id);
      return actions.retried;
    }
    if (action === 'cancel') return (await cancelJob(id)).status === 'processing' ? actions.asked : actions.cancelled;
    const { changed } = await actOn(action, { ids: [id] });
    if (changed === 0) return actions.unchanged;
    if (action === 'delete') void navigate({ to: '/' });
    return said[action];
  };
}
