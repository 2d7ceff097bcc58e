import { Link } from '@tanstack/react-router';
import { Empty } from '../../parts/empty';
import { useText } from '../../text/language';

const CODE = `const sendWelcome = defineJob({
  type: 'send_welcome',
  payload: z.object({ email: z.email() }),
});

await jobs.enqueue(sendWelcome, { email: 'ada@example.com' });`;

export function NoJobs({ isFiltered }: { isFiltered: boolean }) {
  const { list } = useText();
  if (!isFiltered) return <Empty title={list.empty} words={list.emptyText} code={CODE} />;
  return (
    <Empty title={list.noMatch} words={list.noMatchText}>
      <Link className="button" to="/" search={{}}>
        {list.showAll}
      </Link>
    </Empty>
  );
}
