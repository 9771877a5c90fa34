// The pictures of the guide: each kind of chart once in light and once in dark, from the shared cases.
//   node build.mjs && node gallery.mjs           writes docs/guide/charts/*.svg and the gallery of docs/guide/charts.md
//   node gallery.mjs --check                     exit status 1 when one of them is not what would be written

import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { runInThisContext } from 'node:vm'
import { build } from 'esbuild'
import { cases } from './tests/cases.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const guide = `${here}../docs/guide/charts.md`
const folder = `${here}../docs/guide/charts`
runInThisContext(await readFile(`${here}../backend/src/tablewright/core/charts/bundle/charts.v8.js`, 'utf8'))
const { outputFiles } = await build({
  entryPoints: [`${here}src/registry.ts`],
  bundle: true,
  format: 'esm',
  write: false,
})
const { marks, markNames } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`
)

/** Which case shows a mark best, where it is not the first one. */
const CHOSEN = {
  line: 'line-direct-gap',
  scatter: 'scatter-trend',
  violin: 'violin',
  map: 'map-world',
  parallel: 'parallel',
}
/** Options that are pictures of their own. */
const ALSO = [
  ['line-trend-annotated', 'Trend, goal and annotations'],
  ['line-forecast', 'Forecast with its range'],
  ['histogram-normal', 'Fitted curve'],
  ['bar-error-groups', 'Error bars: intervals of means'],
  ['scatter-error-log', 'Logarithmic axes'],
  ['panels-line', 'Small multiples'],
  ['bubble', 'Bubbles'],
  ['treemap-grouped-dark', 'Tree map of groups'],
  ['map-us', 'Map of states'],
]
const chosen = [
  ...markNames.map((mark) => {
    const name = CHOSEN[mark] ?? cases.find((one) => one.spec.mark === mark)?.name
    return [mark, name, marks[mark].label]
  }),
  ...ALSO.map(([name, label]) => [name, name, label]),
]

const files = new Map()
const lines = []
for (const [file, name, label] of chosen) {
  const { spec, answer } = cases.find((one) => one.name === name)
  const small = spec.mark === 'figure' || spec.mark === 'gauge'
  for (const theme of ['light', 'dark']) {
    const context = {
      target: 'pdf',
      width: small ? 360 : 560,
      height: small ? 240 : 340,
      locale: 'en',
      theme,
    }
    const { svg, problem } = JSON.parse(globalThis.renderChart(JSON.stringify({ spec, answer, context })))
    if (problem) throw new Error(`${name}: ${problem}`)
    files.set(`${file}-${theme}.svg`, `${svg}\n`)
  }
  lines.push(
    `<picture><source media="(prefers-color-scheme: dark)" srcset="charts/${file}-dark.svg"><img src="charts/${file}-light.svg" alt="${label}" width="${small ? 240 : 380}"></picture>`,
  )
}
const text = await readFile(guide, 'utf8')
const begin = text.indexOf('## Gallery')
const gallery = `## Gallery\n\nMade by \`node charts/gallery.mjs\` from the cases that the tests draw.\n\n${lines.join('\n')}\n`
const whole = `${begin < 0 ? `${text.trimEnd()}\n\n` : text.slice(0, begin)}${gallery}`

if (process.argv.includes('--check')) {
  const stale = whole === text ? [] : ['charts.md']
  const there = new Set(await readdir(folder).catch(() => []))
  for (const [name, svg] of files) {
    const old = there.has(name) ? await readFile(`${folder}/${name}`, 'utf8') : null
    if (old !== svg) stale.push(name)
    there.delete(name)
  }
  stale.push(...there)
  if (stale.length > 0) {
    console.error(`Not as drawn now: ${stale.join(', ')}. Run node charts/gallery.mjs.`)
    process.exit(1)
  }
} else {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const [name, svg] of files) await writeFile(`${folder}/${name}`, svg)
  await writeFile(guide, whole)
  console.log(`${files.size} pictures, ${Math.round([...files.values()].join('').length / 1024)} kB`)
}
