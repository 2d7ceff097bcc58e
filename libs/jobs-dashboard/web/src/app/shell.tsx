import { useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { Dialog } from '../parts/dialog';
import { showCurrent } from '../parts/show-current';
import { LANGUAGES, nameOfLanguage, useLanguage, useText } from '../text/language';
import { useKeys } from './keys';
import { EnvironmentBadge } from './environment-badge';
import { useLive } from './live';
import { OperationsBar } from './operations-bar';
import { useRole } from './role';
import { useRowKeys } from './rows';

const SCREENS = [
  { to: '/', name: 'jobs', key: 'l' },
  { to: '/overview', name: 'overview', key: 'o' },
  { to: '/queues', name: 'queues', key: 'q' },
  { to: '/workers', name: 'workers', key: 'w' },
  { to: '/schedules', name: 'schedules', key: 's' },
  { to: '/errors', name: 'errors', key: 'e' },
  { to: '/performance', name: 'performance', key: 'p' },
  { to: '/audit', name: 'audit', key: 'a' },
  { to: '/enqueue', name: 'enqueue', key: 'n' },
  { to: '/system', name: 'system', key: 'y' },
] as const;

/** What is around every screen. */
export function Shell() {
  const text = useText();
  const [isHelpOpen, setHelpOpen] = useState(false);
  useShellKeys(() => setHelpOpen(true));
  useTitle();
  return (
    <>
      <a className="skip" href="#content" onClick={focusContent}>
        {text.skip}
      </a>
      <header className="bar">
        <ScreenLinks />
        <Tools openHelp={() => setHelpOpen(true)} />
      </header>
      <OperationsBar />
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
    </>
  );
}

/** The page has a base, so that a link to `#content` would leave it. */
function focusContent(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('#content')?.focus();
}

/** Whether the screen has a search. */
function focusSearch(): boolean {
  const input = document.querySelector<HTMLElement>('input[type=search]');
  input?.focus();
  return input !== null;
}

function useShellKeys(openHelp: () => void): void {
  const navigate = useNavigate();
  const client = useQueryClient();
  const screens = SCREENS.map(({ to, key }) => [key, () => void navigate({ to })] as const);
  const search = async () => {
    if (!focusSearch()) await navigate({ to: '/' });
    focusSearch();
  };
  useKeys({
    ...Object.fromEntries(screens),
    '?': openHelp,
    '/': () => void search(),
    r: () => void client.invalidateQueries(),
  });
  useRowKeys();
}

/** The screen of a job has its type as the title, once that is known. */
function useTitle(): void {
  const { nav, title } = useText();
  const { pathname } = useLocation();
  const isJob = /\/job\/[^/]+$/.test(pathname);
  const name = SCREENS.find(({ to }) => to !== '/' && pathname.endsWith(to))?.name;
  useEffect(() => {
    if (!isJob) document.title = name === undefined ? title : `${nav[name]} · ${title}`;
  }, [isJob, name, nav, title]);
}

function ScreenLinks() {
  const { nav } = useText();
  const links = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  // On a narrow screen, the links are wider than the window.
  useEffect(() => showCurrent(links.current), [pathname]);
  return (
    <nav ref={links} aria-label={nav.label}>
      <ul>
        {SCREENS.map(({ to, name }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: true, includeSearch: false }}>
              {nav[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Tools({ openHelp }: { openHelp: () => void }) {
  const text = useText();
  const { isLive, toggle } = useLive();
  const role = useRole();
  return (
    <div className="tools">
      <EnvironmentBadge />
      {role === 'viewer' && (
        <span className="badge" title={text.role.viewer}>
          {text.role.badge}
        </span>
      )}
      <button type="button" className="tool" title={isLive ? text.pauseRefresh : text.resumeRefresh} onClick={toggle}>
        <span className={isLive ? 'pulse' : 'pulse pulse-off'} aria-hidden="true" />
        <span>{isLive ? text.live : text.paused}</span>
      </button>
      <LanguageChoice />
      <button
        type="button"
        className="tool tool-key"
        aria-label={text.keyboard}
        title={text.keyboard}
        onClick={openHelp}
      >
        ?
      </button>
    </div>
  );
}

function LanguageChoice() {
  const { language, text, choose } = useLanguage();
  return (
    <select
      className="tool"
      aria-label={text.chooseLanguage}
      value={language}
      onChange={({ target }) => choose(LANGUAGES.find((each) => each === target.value) ?? language)}
    >
      {LANGUAGES.map((each) => (
        <option key={each} value={each} lang={each}>
          {nameOfLanguage(each)}
        </option>
      ))}
    </select>
  );
}

function Help({ onClose }: { onClose: () => void }) {
  const { help, close } = useText();
  return (
    <Dialog title={help.title} onClose={onClose}>
      <dl className="keys">
        {help.keys.map(([key, what]) => (
          <div key={key}>
            <dt>
              {key?.split(' ').map((each) => (
                <kbd key={each}>{each}</kbd>
              ))}
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <div className="row row-end">
        <button type="button" className="button" onClick={onClose}>
          {close}
        </button>
      </div>
    </Dialog>
  );
}
