// Texts with names in braces, such as `{Region} fell by {percent}`. Two braces are one brace of the text.

/** What was written of a name before the cursor: the letters after an opening brace; null outside of braces. */
export function begunWord(text: string, cursor: number): string | null {
  const found = /(\{+)([^{}\n]*)$/.exec(text.slice(0, cursor))
  return found && (found[1]?.length ?? 0) % 2 === 1 ? (found[2] ?? '') : null
}

/** The text with a name put in at the cursor, in the place of one that was begun, and where the cursor is then. */
export function withWord(text: string, cursor: number, word: string): { text: string; cursor: number } {
  const begun = begunWord(text, cursor)
  const start = begun === null ? cursor : cursor - begun.length - 1
  const end = begun !== null && text[cursor] === '}' ? cursor + 1 : cursor
  const space = begun === null && start > 0 && !/\s/.test(text[start - 1] ?? '') ? ' ' : ''
  const insert = `${space}{${word}}`
  return { text: text.slice(0, start) + insert + text.slice(end), cursor: start + insert.length }
}
