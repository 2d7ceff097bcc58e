import { useState, type FormEvent } from 'react';
import { setConcurrency, steerWorker } from '../api/actions';
import type { Worker } from '../api/types';
import { useAct } from '../app/act';
import { ActionButton } from '../parts/action-button';
import { Confirm } from '../parts/confirm';
import { Dialog } from '../parts/dialog';
import { Field } from '../parts/fields';
import { useText } from '../text/language';

const MOST_SLOTS = 1_000;

export function WorkerActions({ worker }: { worker: Worker }) {
  const { id, host, drainingSince } = worker;
  const { steering: text } = useText();
  const { isBusy, act } = useAct();
  const [open, setOpen] = useState<'drain' | 'slots'>();
  const close = () => setOpen(undefined);
  const steer = (verb: 'drain' | 'resume') =>
    act(async () => {
      await steerWorker(id, verb);
      return verb === 'drain' ? text.drained(host) : text.resumed(host);
    });
  const confirmDrain = () => {
    close();
    steer('drain');
  };
  return (
    <div className="row row-end">
      <ActionButton busy={isBusy} onAct={() => (drainingSince === null ? setOpen('drain') : steer('resume'))}>
        {drainingSince === null ? text.drain : text.resume} <span className="visually-hidden">{host}</span>
      </ActionButton>
      <ActionButton busy={isBusy} onAct={() => setOpen('slots')}>
        {text.setSlots} <span className="visually-hidden">{host}</span>
      </ActionButton>
      {open === 'drain' && <ConfirmDrain host={host} onConfirm={confirmDrain} onClose={close} />}
      {open === 'slots' && <SlotsDialog worker={worker} onClose={close} />}
    </div>
  );
}

function ConfirmDrain({ host, ...on }: { host: string; onConfirm: () => void; onClose: () => void }) {
  const { steering: text } = useText();
  return <Confirm title={text.drainTitle(host)} words={text.drainText} label={text.drain} isDanger={false} {...on} />;
}

function SlotsDialog({ worker: { id, host, slots, maxSlots }, onClose }: { worker: Worker; onClose: () => void }) {
  const { steering: text } = useText();
  const { act } = useAct();
  const [value, setValue] = useState(String(slots));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onClose();
    act(async () => {
      await setConcurrency(id, Number(value));
      return text.set(host, Number(value));
    });
  };
  return (
    <Dialog title={text.slotsTitle(host)} onClose={onClose}>
      <form className="form" onSubmit={submit}>
        <p>{text.slotsText}</p>
        <SlotsField value={value} maxSlots={maxSlots} onValue={setValue} />
        <DialogButtons onClose={onClose} />
      </form>
    </Dialog>
  );
}

interface SlotsFieldProps {
  value: string;
  maxSlots: number | null;
  onValue: (value: string) => void;
}

function SlotsField({ value, maxSlots, onValue }: SlotsFieldProps) {
  const { steering: text } = useText();
  return (
    <Field
      label={text.slots}
      hint={maxSlots === null ? undefined : text.most(maxSlots)}
      type="number"
      min={1}
      max={maxSlots ?? MOST_SLOTS}
      required
      value={value}
      onValue={onValue}
    />
  );
}

function DialogButtons({ onClose }: { onClose: () => void }) {
  const { schedule, cancelDialog } = useText();
  return (
    <div className="row row-end">
      <button type="button" className="button" onClick={onClose}>
        {cancelDialog}
      </button>
      <button type="submit" className="button button-main">
        {schedule.save}
      </button>
    </div>
  );
}
