// Plain text as it is printed: the few marks that people may use in it.

export type Paragraph =
  | { kind: 'heading'; level: 1 | 2; text: string }
  | { kind: 'bullets'; items: string[] }
  | { kind: 'text'; text: string }

/** Plain text as it is printed: blank lines part paragraphs, `# ` and `## ` begin headings, `- ` bullets. */
export function paragraphsOf(text: string): Paragraph[] {
  const found: Paragraph[] = []
  let lines: string[] = []
  let bullets: string[] | null = null
  const close = () => {
    if (lines.length > 0) found.push({ kind: 'text', text: lines.join('\n') })
    lines = []
    bullets = null
  }
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.trim()
    const [, mark, rest] = /^(##?|-) +(.+)$/.exec(line) ?? []
    if (mark === '-' && rest) {
      if (!bullets) {
        close()
        bullets = []
        found.push({ kind: 'bullets', items: bullets })
      }
      bullets.push(rest)
      continue
    }
    if (mark && rest) {
      close()
      found.push({ kind: 'heading', level: mark === '#' ? 1 : 2, text: rest })
    } else if (line === '') close()
    else {
      bullets = null
      lines.push(line)
    }
  }
  close()
  return found
}
