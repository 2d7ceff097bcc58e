import { useEffect, useEffectEvent, useState } from 'react';
import { cancelOperation } from '../api/actions';
import { useOperation, useOperations } from '../api/queries';
import type { Operation } from '../api/types';
import { ActionButton } from '../parts/action-button';
import { useNumber } from '../parts/numbers';
import { useText } from '../text/language';
import { useAct } from './act';
import { useNotices } from './notices';

/** What goes on in the background, above every screen. It stays until this page has seen the end. */
export function OperationsBar() {
  const { operations: text } = useText();
  const { ids, hasEnded } = useOpenOperations();
  if (ids.length === 0) return null;
  return (
    <section className="operations" aria-label={text.label}>
      <ul>
        {ids.map((id) => (
          <OperationRow key={id} id={id} onEnd={() => hasEnded(id)} />
        ))}
      </ul>
    </section>
  );
}

/** Those that are open, and those that were when this page looked last. */
function useOpenOperations() {
  const listed = useOperations().data?.operations ?? [];
  const [seen, setSeen] = useState<readonly string[]>([]);
  const [ended, setEnded] = useState<readonly string[]>([]);
  const open = listed.filter(({ endedAt }) => endedAt === null).map(({ id }) => id);
  const fresh = open.filter((id) => !seen.includes(id));
  if (fresh.length > 0) setSeen([...seen, ...fresh]);
  return {
    ids: seen.filter((id) => !ended.includes(id)),
    hasEnded: (id: string) => setEnded((before) => [...before, id]),
  };
}

function OperationRow({ id, onEnd }: { id: string; onEnd: () => void }) {
  const { operations: text } = useText();
  const { isBusy, act } = useAct();
  const { data, error } = useOperation(id);
  useEnd(data, onEnd);
  const isGone = data === undefined && error !== null;
  useEffect(() => {
    if (isGone) onEnd();
  });
  if (data === undefined) return null;
  const stop = () => act(() => cancelOperation(id).then(() => text.stopped));
  return (
    <li>
      <Progress operation={data} />
      {data.endedAt === null && (
        <ActionButton busy={isBusy} onAct={stop}>
          {text.stop}
        </ActionButton>
      )}
    </li>
  );
}

/** Says once how it has ended. */
function useEnd(operation: Operation | undefined, onEnd: () => void): void {
  const { operations: text } = useText();
  const { tell, tellTrouble } = useNotices();
  const end = useEffectEvent(() => {
    const { action, status, refused, error } = operation!;
    if (status === 'completed' || status === 'cancelled' || status === 'failed') {
      const words = text.ended[status](text.names[action] ?? action, operation!);
      const isTrouble = status === 'failed' || refused > 0;
      if (isTrouble) tellTrouble(error === null ? words : `${words} ${error}`);
      else tell(words);
    }
    onEnd();
  });
  const isEnded = operation !== undefined && operation.endedAt !== null;
  useEffect(() => {
    if (isEnded) end();
  }, [isEnded]);
}

function Progress({ operation }: { operation: Operation }) {
  const { operations: text } = useText();
  const number = useNumber();
  const { action, status, changed, skipped, refused, refusal, total, totalCapped, error } = operation;
  const name = text.names[action] ?? action;
  const done = changed + skipped + refused;
  return (
    <div className="operation">
      <strong>{name}</strong>
      <progress max={Math.max(total, 1)} value={done} aria-label={name} />
      <span className="tabular">{text.of(number(done), number(total, totalCapped))}</span>
      {refused > 0 && (
        <span className="error-line" title={refusal ?? ''}>
          {text.refused(number(refused), refusal ?? '')}
        </span>
      )}
      {status === 'pending' && error === null && <span className="quiet">{text.waits}</span>}
      {error !== null && (
        <span className="error-line" title={error}>
          {text.trouble}: {error}
        </span>
      )}
    </div>
  );
}
