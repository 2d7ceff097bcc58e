import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from '../../api/client';
import { useJob, useLog } from '../../api/queries';
import type { JobLog, JobWithTexts } from '../../api/types';
import { prettyJson } from '../../json/json-text';
import { CodeText } from '../../parts/code-text';
import { StatusMark } from '../../parts/state-mark';
import { Loading, View } from '../../parts/view';
import { useText } from '../../text/language';
import { CopyJob } from './copy-job';
import { Failures } from './failures';
import { JobActions } from './job-actions';
import { JobFacts } from './job-facts';
import { JobProgress } from './job-progress';
import { Log } from './log';
import { Timeline } from './timeline';
import { WhyNot } from './why-not';

export function JobScreen() {
  const { id } = useParams({ from: '/job/$id' });
  const { job: text, title } = useText();
  const query = useJob(id);
  const type = query.data?.job.type;
  // Read together with the job, because it stands in the middle.
  const log = useLog(id);
  useEffect(() => {
    document.title = type === undefined ? title : `${type} · ${title}`;
  }, [type, title]);
  const isGone = query.error instanceof ApiError && query.error.problem.errorCode === 'JOBS_NOT_FOUND';
  return (
    <>
      <p className="back">
        <Link to="/">← {text.back}</Link>
      </p>
      {isGone ? (
        <>
          <h1>{text.missing}</h1>
          <p>{text.missingText}</p>
        </>
      ) : (
        <View query={query}>
          {(data) => (log.isPending ? <Loading /> : <JobDetails key={id} {...data} log={log.data} />)}
        </View>
      )}
    </>
  );
}

function JobDetails({ job, payload, result, log }: JobWithTexts & { log: JobLog | undefined }) {
  const { job: text } = useText();
  const isOnlyError = job.error !== null && job.failures.length === 0;
  return (
    <article className="job">
      <header>
        <StatusMark status={job.status} />
        <h1>{job.type}</h1>
        <JobActions job={job} payload={payload} />
      </header>
      {job.status === 'processing' && job.progress !== null && (
        <JobProgress percent={job.progress} note={job.progressNote} />
      )}
      {(job.status === 'pending' || job.status === 'blocked') && <WhyNot id={job.id} />}
      <Timeline job={job} />
      {isOnlyError && <TextSection title={text.error} code={job.error ?? ''} />}
      <Failures failures={job.failures} />
      <Log log={log} />
      <JobContents job={job} payload={payload} result={result} />
      <JobFacts job={job} />
      {!job.payloadHidden && <CopyJob job={job} payload={payload} />}
    </article>
  );
}

function JobContents({ job, payload, result }: JobWithTexts) {
  const { job: text, hidden } = useText();
  if (job.payloadHidden) return <p className="quiet">{hidden}</p>;
  return (
    <div className="columns">
      <TextSection title={text.payload} code={prettyJson(payload)} />
      {result !== 'null' && <TextSection title={text.result} code={prettyJson(result)} />}
    </div>
  );
}

function TextSection({ title, code }: { title: string; code: string }) {
  return (
    <section>
      <h2>{title}</h2>
      <CodeText code={code} label={title} />
    </section>
  );
}
