import { ApiError } from '../../api/client';
import { useScheduleTimes } from '../../api/queries';
import { useCronWords, useZoneWords } from '../../cron/use-cron-words';
import { useText } from '../../text/language';
import { Ago, useClock } from '../../time/time';
import { useSettled } from '../../time/use-settled';
import { timesQuery, type Fields } from './schedule-fields';

/** The next five times of what is in the form, in its zone, or what is wrong with it. */
export function TimesPreview({ fields }: { fields: Fields }) {
  const { schedule: text } = useText();
  const { cron, timeZone } = fields;
  const wordsOf = useCronWords();
  const zoneOf = useZoneWords();
  const clock = useClock(timeZone);
  const { data, error } = useScheduleTimes(useSettled(timesQuery(fields)));
  return (
    <section className="preview" aria-live="polite">
      <h3>
        {text.preview} <span className="quiet">{text.zone(timeZone, zoneOf(timeZone))}</span>
      </h3>
      {error ? (
        <p className="error-line">{wrongWith(error)}</p>
      ) : (
        <>
          <p>{wordsOf(cron)}</p>
          <ol className="times">
            {data?.times.map((time, i) => (
              <li key={time}>
                <time dateTime={time}>{clock(time)}</time> {i === 0 && <Ago time={time} />}
              </li>
            ))}
          </ol>
        </>
      )}
    </section>
  );
}

function wrongWith(error: Error): string {
  const [issue] = error instanceof ApiError ? (error.problem.issues ?? []) : [];
  return issue ? `${issue.path}: ${issue.message}` : error.message;
}
