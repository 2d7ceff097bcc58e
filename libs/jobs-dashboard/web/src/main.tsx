import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client';
import { CrashBoundary } from './app/crash';
import { LiveProvider } from './app/live';
import { NoticesProvider } from './app/notices';
import { router } from './app/router';
import { LanguageProvider } from './text/language';
import './styles/tokens.css';
import './styles/base.css';
import './styles/parts.css';
import './styles/screens.css';
import './styles/forms.css';
import './styles/charts.css';
import './styles/background.css';
import './styles/tools.css';

/** An answer is an answer; only what was not answered is asked for once more. */
const retry = (failures: number, error: Error) => failures < 1 && !(error instanceof ApiError && error.status > 0);

const client = new QueryClient({ defaultOptions: { queries: { retry, staleTime: 1_000 } } });

createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <CrashBoundary>
      <LanguageProvider>
        <QueryClientProvider client={client}>
          <LiveProvider>
            <NoticesProvider>
              <RouterProvider router={router} />
            </NoticesProvider>
          </LiveProvider>
        </QueryClientProvider>
      </LanguageProvider>
    </CrashBoundary>
  </StrictMode>,
);
