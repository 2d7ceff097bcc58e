import { useId, type ReactNode } from 'react';
import { useNotices } from '../app/notices';
import { useRole } from '../app/role';
import { useText } from '../text/language';

interface Props {
  onAct: () => void;
  children: ReactNode;
  kind?: 'main' | 'danger' | 'plain';
  busy?: boolean;
  /** Whether Enter in a field of its form presses it. */
  submits?: boolean;
}

/** A button that changes something. For a viewer it is disabled, but can still be reached, and says why. */
export function ActionButton({ onAct, children, kind = 'plain', busy = false, submits = false }: Props) {
  const { role } = useText();
  const { tell } = useNotices();
  const isViewer = useRole() === 'viewer';
  const id = useId();
  const act = (event: { preventDefault: () => void }) => {
    event.preventDefault();
    if (isViewer) tell(role.viewer);
    else if (!busy) onAct();
  };
  return (
    <>
      <button
        type={submits ? 'submit' : 'button'}
        className={`button button-${kind}`}
        aria-disabled={isViewer || busy}
        aria-describedby={isViewer ? id : undefined}
        title={isViewer ? role.viewer : undefined}
        onClick={act}
      >
        {children}
      </button>
      {isViewer && (
        <span id={id} hidden>
          {role.viewer}
        </span>
      )}
    </>
  );
}
