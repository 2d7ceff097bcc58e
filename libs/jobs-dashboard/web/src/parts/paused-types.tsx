import { Link } from '@tanstack/react-router';
import { steerType } from '../api/actions';
import { usePausedTypes, type JobType } from '../api/enqueue';
import { ROW } from '../app/rows';
import { tokenText } from '../filter/tokens';
import { useText } from '../text/language';
import { PauseButton, PausedState } from './pause';

/** The paused types, if there are any. */
export function PausedTypes() {
  const { types: text } = useText();
  const types = usePausedTypes();
  if (types.length === 0) return null;
  return (
    <section>
      <h2>{text.paused}</h2>
      <p className="quiet">{text.pausedText}</p>
      <table className="cards">
        <caption className="visually-hidden">{text.paused}</caption>
        <thead>
          <tr>
            <th scope="col">{text.type}</th>
            <th scope="col">{text.state}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {types.map((type) => (
            <TypeRow key={type.type} type={type} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Its name leads to the jobs that wait. */
function TypeRow({ type }: { type: JobType }) {
  const waiting = `${tokenText('type', type.type)} status:pending`;
  return (
    <tr {...{ [ROW]: type.type }}>
      <th scope="row">
        <Link to="/" search={{ q: waiting }} data-open="">
          {type.type}
        </Link>
      </th>
      <td>
        <PausedState pause={type} />
      </td>
      <td className="row-actions">
        <PauseButton name={type.type} isPaused steer={steerType} />
      </td>
    </tr>
  );
}
