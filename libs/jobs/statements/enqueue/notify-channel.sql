-- Parameters: $1 channel, $2 message.
-- jobs_notify_channel: notifyChannel in libs/jobs/src/store/sql/enqueue/notify.sql.ts
select pg_notify($1, $2)
