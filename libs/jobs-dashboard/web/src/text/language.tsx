import { createContext, use, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en, type Text } from './en';
import { ja } from './ja';

const TEXTS = { en, ja } as const;

export type Language = keyof typeof TEXTS;

export const LANGUAGES = Object.keys(TEXTS) as Language[];

const KEY = 'jobs-dashboard:language';

interface Chosen {
  language: Language;
  text: Text;
  choose: (language: Language) => void;
}

const LanguageContext = createContext<Chosen>({ language: 'en', text: en, choose: () => undefined });

/** Gives all texts in the language that was chosen in this browser, or else in the browser's own. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const chosen = useMemo(
    () => ({
      language,
      text: TEXTS[language],
      choose: (next: Language) => {
        keep(next);
        setLanguage(next);
      },
    }),
    [language],
  );
  return <LanguageContext value={chosen}>{children}</LanguageContext>;
}

export const useLanguage = () => use(LanguageContext);

export const useText = () => use(LanguageContext).text;

export const nameOfLanguage = (language: Language) => TEXTS[language].language;

function firstLanguage(): Language {
  const wanted = [kept(), ...navigator.languages];
  const known = wanted.map((each) => LANGUAGES.find((language) => each.toLowerCase().split('-')[0] === language));
  return known.find((language) => language !== undefined) ?? 'en';
}

/** A browser may refuse to store anything for this site. Then the choice lasts until the page is left. */
function keep(language: Language): void {
  try {
    localStorage.setItem(KEY, language);
  } catch {
    // The page itself has the language.
  }
}

function kept(): string {
  try {
    return localStorage.getItem(KEY) ?? '';
  } catch {
    return '';
  }
}
