// The marks are named once: everything that lists them agrees with the registry.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { markNames, marks } from '../src/index'
import { words } from '../src/words'
import { cases } from './cases.mjs'

test('every mark has words, a picture and a case', () => {
  const drawn = new Set((cases as { spec: { mark: string } }[]).map((one) => one.spec.mark))
  for (const mark of markNames) {
    const { label, icon, needs, use } = marks[mark]
    expect([label, icon, needs, use].every(Boolean), mark).toBe(true)
    expect(drawn.has(mark), `a case for ${mark}`).toBe(true)
    expect(words('de').charts[mark], `a German name for ${mark}`).toBeTruthy()
  }
  expect(new Set(markNames.map((mark) => marks[mark].label)).size).toBe(markNames.length)
})

test('the Python models name the same marks', () => {
  const model = readFileSync(
    new URL('../../backend/src/tablewright/core/charts/spec.py', import.meta.url),
    'utf8',
  )
  const named = [...model.matchAll(/^ {4}[A-Z]+ = "(\w+)"$/gm)].map((match) => match[1])
  expect(named).toEqual([...markNames])
})

test('the guide says what each mark needs', () => {
  const guide = readFileSync(new URL('../../docs/guide/charts.md', import.meta.url), 'utf8')
  for (const mark of markNames) {
    const { label, needs, use } = marks[mark]
    expect(guide).toContain(`${label} | ${needs} | ${use} |`)
  }
})
