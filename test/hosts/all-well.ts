/** What `tryOut` says of an application in which all is well. */
export const ALL_WELL = {
  results: [
    ['completed', { greeting: 'Hello Ada' }],
    ['completed', { greeting: 'Hello Bo' }],
  ],
  ready: 200,
  scraped: true,
};
