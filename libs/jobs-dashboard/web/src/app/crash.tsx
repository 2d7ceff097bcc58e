import { Component, type ReactNode } from 'react';
import { LanguageProvider, useText } from '../text/language';

interface Props {
  children: ReactNode;
}

/** Says that the page has failed, instead of leaving it empty. */
export class CrashBoundary extends Component<Props, { hasCrashed: boolean }> {
  override state = { hasCrashed: false };

  static getDerivedStateFromError() {
    return { hasCrashed: true };
  }

  override render() {
    if (!this.state.hasCrashed) return this.props.children;
    return (
      <LanguageProvider>
        <Crashed />
      </LanguageProvider>
    );
  }
}

function Crashed() {
  const { errors } = useText();
  return (
    <main className="panel problem" role="alert">
      <h1>{errors.crashed}</h1>
      <p>{errors.reload}</p>
    </main>
  );
}
