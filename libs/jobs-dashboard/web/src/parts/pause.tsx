import type { Pause } from '../api/types';
import { useAct } from '../app/act';
import { useText } from '../text/language';
import { useClock } from '../time/time';
import { ActionButton } from './action-button';
import { StateMark } from './state-mark';

/** That a queue or a type is paused, by whom and until when. */
export function PausedState({ pause: { pausedBy, pausedUntil } }: { pause: Pause }) {
  const { queues: text } = useText();
  const clock = useClock();
  return (
    <>
      <StateMark mark="paused">{text.paused}</StateMark>
      <span className="quiet note">
        {pausedBy !== null && text.by(pausedBy)} {pausedUntil !== null && text.until(clock(pausedUntil))}
      </span>
    </>
  );
}

interface ButtonProps {
  name: string;
  isPaused: boolean;
  steer: (name: string, verb: 'pause' | 'resume') => Promise<unknown>;
}

/** Pauses what is not paused, and resumes it. */
export function PauseButton({ name, isPaused, steer }: ButtonProps) {
  const { actions } = useText();
  const { isBusy, act } = useAct();
  const change = async () => {
    await steer(name, isPaused ? 'resume' : 'pause');
    return actions.steered(name);
  };
  return (
    <ActionButton busy={isBusy} onAct={() => act(change)}>
      {isPaused ? actions.resume : actions.pause} <span className="visually-hidden">{name}</span>
    </ActionButton>
  );
}
