// Bundles the charts for Python's V8 into the backend package.

import { mkdir, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

const here = dirname(fileURLToPath(import.meta.url))
const outfile = `${here}/../backend/src/tablewright/core/charts/bundle/charts.v8.js`

await mkdir(dirname(outfile), { recursive: true })
const result = await build({
  entryPoints: [`${here}/src/v8.ts`],
  outfile,
  bundle: true,
  format: 'iife',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  target: 'es2022',
  minify: true,
  charset: 'utf8',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  write: false,
})
const text = result.outputFiles[0].text
// Apache-2.0 asks that the notice travels along.
await writeFile(
  outfile,
  `/*! Tablewright charts. Contains Apache ECharts (Apache-2.0) and zrender (BSD-3-Clause). */\n${text}`,
)
const { size } = await stat(outfile)
console.log(
  `charts.v8.js ${Math.round(size / 1024)} kB, ${Math.round(gzipSync(text).length / 1024)} kB compressed`,
)
