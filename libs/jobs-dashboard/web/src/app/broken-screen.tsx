import type { ErrorComponentProps } from '@tanstack/react-router';
import { useText } from '../text/language';

/** Instead of a screen whose code failed. The other screens work on. */
export function BrokenScreen({ error, reset }: ErrorComponentProps) {
  const { errors } = useText();
  return (
    <section className="panel problem" role="alert">
      <h1>{errors.broken}</h1>
      <p>
        <code>{String(error)}</code>
      </p>
      <p>
        <strong>{errors.fix}</strong>: {errors.brokenFix}
      </p>
      <button type="button" className="button" onClick={reset}>
        {errors.retry}
      </button>
    </section>
  );
}
