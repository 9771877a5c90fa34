/** The reader's language, for numbers and words that charts write themselves. */
export const readerLocale = (): string =>
  typeof navigator === 'undefined' ? 'en' : navigator.language || 'en'
