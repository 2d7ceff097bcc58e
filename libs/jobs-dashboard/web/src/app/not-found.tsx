import { Link } from '@tanstack/react-router';
import { useText } from '../text/language';

export function NotFound() {
  const { errors } = useText();
  return (
    <section className="panel">
      <h1>{errors.notFound}</h1>
      <p>
        <Link to="/">{errors.toJobs}</Link>
      </p>
    </section>
  );
}
