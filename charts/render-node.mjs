// Renders in Node what Python renders in its own V8, from the same bundle.
//   node render-node.mjs cases        prints the shared cases as JSON
//   node render-node.mjs < jobs       one JSON job a line in, one JSON result a line out

import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { runInThisContext } from 'node:vm'
import { cases } from './tests/cases.mjs'

if (process.argv[2] === 'cases') {
  console.log(JSON.stringify(cases))
} else {
  const bundle = new URL('../backend/src/tablewright/core/charts/bundle/charts.v8.js', import.meta.url)
  runInThisContext(await readFile(bundle, 'utf8'))
  for await (const job of createInterface({ input: process.stdin })) console.log(globalThis.renderChart(job))
}
