/** The browser's own locale, if it is of the language that is shown: it knows the order of a date. */
export function localeFor(language: string): string {
  return navigator.languages.find((locale) => locale.split('-')[0] === language && isLocale(locale)) ?? language;
}

/** Where the zone is not known here, as after a change of the world's zones, in the reader's own. */
export function dateFormat(language: string, timeZone: string | undefined): Intl.DateTimeFormat {
  const options = { dateStyle: 'medium', timeStyle: 'medium' } as const;
  try {
    return new Intl.DateTimeFormat(localeFor(language), { ...options, timeZone });
  } catch {
    return new Intl.DateTimeFormat(localeFor(language), { ...options });
  }
}

/** A browser on a machine without a locale of its own names one that does not exist, such as `en-US@posix`. */
function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length > 0;
  } catch {
    return false;
  }
}
