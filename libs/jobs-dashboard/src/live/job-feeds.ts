import { JobService, type JobChange } from '@monstera/jobs';
import { Injectable } from '@nestjs/common';
import type { EventStream } from './event-stream.js';

/** A job that streams follow. */
interface Feed {
  streams: Set<EventStream>;
  stopping: AbortController;
}

/** Tells streams how a job changes. Each job is watched once, however many streams follow it. */
@Injectable()
export class JobFeeds {
  private readonly feeds = new Map<string, Feed>();

  constructor(private readonly jobs: JobService) {}

  /** Throws `InvalidJobOptionError` if the id of the stream's job is none. */
  check(id: string): void {
    void this.jobs.watch(id);
  }

  join(stream: EventStream): void {
    const id = stream.jobId?.toLowerCase();
    if (id === undefined) return;
    const feed = this.feeds.get(id) ?? this.start(id);
    feed.streams.add(stream);
    stream.whenClosed(() => this.leave(id, feed, stream));
  }

  private leave(id: string, feed: Feed, stream: EventStream): void {
    feed.streams.delete(stream);
    if (feed.streams.size > 0) return;
    feed.stopping.abort();
    this.forget(id, feed);
  }

  private start(id: string): Feed {
    const feed = { streams: new Set<EventStream>(), stopping: new AbortController() };
    this.feeds.set(id, feed);
    void this.run(id, feed);
    return feed;
  }

  /** Ends with the job. A page that sees it run again opens another stream. */
  private async run(id: string, feed: Feed): Promise<void> {
    try {
      for await (const change of this.jobs.watch(id, { signal: feed.stopping.signal }))
        for (const stream of feed.streams) stream.send('job', toEvent(change));
    } catch {
      // There is no such job, or the process shuts down. The page finds out by reading.
    }
    this.forget(id, feed);
  }

  private forget(id: string, feed: Feed): void {
    if (this.feeds.get(id) === feed) this.feeds.delete(id);
  }
}

/** A change without the result, which the page reads by itself. */
function toEvent({ ended, ...change }: JobChange): object {
  return { ...change, ended: ended !== null };
}
