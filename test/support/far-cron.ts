/** An hour in UTC that is half a day away, so that no tick falls due while a test runs. */
export const FAR_HOUR = (new Date().getUTCHours() + 12) % 24;
/** Cron text that names it, each day. */
export const FAR = `0 ${FAR_HOUR} * * *`;
