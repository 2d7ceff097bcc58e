export interface Place {
  name: string;
  /** Relative to the page's address, so that a proxy can add a prefix. Left out if there is nothing to open. */
  path?: string;
  about: string;
}

export interface Home {
  version: string;
  features: readonly Place[];
  places: readonly Place[];
}

export interface HomeOptions {
  /** Time zone of the schedules. */
  timeZone: string;
  /** Whether `/docs` is served. */
  docs: boolean;
  /** Whether `/jobs` is open to anybody. */
  dashboard: boolean;
}

const DASHBOARD: Place = {
  name: 'Dashboard',
  path: 'jobs',
  about:
    'Jobs: what waits, runs and has failed, and why. To change anything, open the link that the start has printed first: ' +
    'this browser keeps its token.',
};

const DOCS: Place = { name: 'Docs', path: 'docs', about: 'Every route. Each can be tried out.' };

const PLACES: readonly Place[] = [
  { name: 'Health', path: 'health/ready', about: 'Whether this process is ready, and what is impaired.' },
  { name: 'Metrics', path: 'metrics', about: 'In the text format of Prometheus.' },
];

/** What the home page shows. */
export function homeOf(version: string, { timeZone, docs, dashboard }: HomeOptions): Home {
  const documented = (tag: string) => (docs ? { path: `docs#/${encodeURIComponent(tag)}` } : {});
  return {
    version,
    features: [
      {
        name: 'Weekly reports',
        ...documented('weekly reports'),
        about: `Engineers hand one in each week. Who has not is reminded by mail, on Mondays at 9:00 (${timeZone}).`,
      },
      {
        name: 'Monthly reports',
        ...documented('monthly reports'),
        about: 'A workbook of the month that is over, made on the 1st. It can be asked for at any time.',
      },
      {
        name: 'Clean-up of audit logs',
        ...documented('jobs'),
        about: `Old entries are deleted every night at 2:00 (${timeZone}).`,
      },
    ],
    places: [...(dashboard ? [DASHBOARD] : []), ...(docs ? [DOCS] : []), ...PLACES],
  };
}

const STYLE = `
:root { color-scheme: light dark; font: 100%/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 40rem; padding: 1.5rem 1rem; }
h1 { margin: 0; }
h2 { font-size: 1.1rem; margin: 2rem 0 0.5rem; }
p { margin: 0; }
ul { list-style: none; margin: 0; padding: 0; }
li { border-top: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: 0.75rem 0; }
a { display: inline-block; font-weight: 600; padding: 0.25rem 0; color: light-dark(#0b57d0, #8ab4f8); }
`;

/** Renders the home page as HTML without scripts. */
export function homePage({ version, features, places }: Home): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Monstera</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<header><h1>Monstera</h1><p>The back office, and the jobs behind it. Version ${escape(version)}.</p></header>
<main>
<h2>What runs here</h2>
${listOf(features)}
<h2>Where to look</h2>
${listOf(places)}
</main>
</body>
</html>
`;
}

function listOf(places: readonly Place[]): string {
  const items = places.map((place) => `<li>${nameOf(place)}<p>${escape(place.about)}</p></li>`);
  return `<ul>\n${items.join('\n')}\n</ul>`;
}

function nameOf({ name, path }: Place): string {
  return path === undefined ? `<strong>${escape(name)}</strong>` : `<a href="${escape(path)}">${escape(name)}</a>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
