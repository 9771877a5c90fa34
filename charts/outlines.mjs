// Makes the outlines of maps, src/outlines/*.json: projected once, so that nothing about projections is shipped.
//
//   npm install --no-save world-atlas@2.0.2 us-atlas@3.0.1 topojson-client@3 topojson-simplify@3 i18n-iso-countries@7.14 d3-geo@3
//   node outlines.mjs [folder with node_modules]
//
// Countries are Natural Earth's (public domain), small ones from its finer scale; states of the USA are the Census
// Bureau's (public domain). Names and codes of ISO 3166-1 come from i18n-iso-countries (MIT).

import { mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const load = createRequire(`${process.argv[2] ?? here}/index.js`)
const topojson = load('topojson-client')
const { presimplify, simplify } = load('topojson-simplify')
const iso = load('i18n-iso-countries')
const { geoIdentity, geoNaturalEarth1, geoPath } = load('d3-geo')
for (const language of ['en', 'de', 'fr', 'es'])
  iso.registerLocale(load(`i18n-iso-countries/langs/${language}.json`))

const WIDTH = 2000
const earth = geoPath(geoNaturalEarth1().fitWidth(WIDTH, { type: 'Sphere' }))
const flat = geoPath(geoIdentity().scale(2))

/** Rings as flat lists: where each begins, then the way from point to point. Points that round to one are one. */
function ringsOf(feature, path) {
  const rings = []
  path.context({
    moveTo: (x, y) => rings.push([[x, y]]),
    lineTo: (x, y) => rings.at(-1).push([x, y]),
    closePath: () => undefined,
  })(feature)
  return rings.flatMap((ring) => {
    const points = ring.map(([x, y]) => [Math.round(x), Math.round(y)])
    const kept = points.filter(([x, y], i) => i === 0 || x !== points[i - 1][0] || y !== points[i - 1][1])
    if (kept.length < 3) return []
    return [kept.flatMap(([x, y], i) => (i === 0 ? [x, y] : [x - kept[i - 1][0], y - kept[i - 1][1]]))]
  })
}

/** The centre of the largest polygon. */
function middleOf(feature, path) {
  const { geometry } = feature
  const parts = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  const shapes = parts.map((coordinates) => ({ type: 'Polygon', coordinates }))
  const largest = shapes.reduce((a, b) => (path.area(b) > path.area(a) ? b : a))
  return path.centroid(largest).map(Math.round)
}

/** What people also write. */
const ALSO = {
  USA: ['us', 'u.s.', 'u.s.a.', 'america', 'united states'],
  GBR: ['uk', 'u.k.', 'great britain', 'britain', 'england', 'united kingdom of great britain'],
  RUS: ['russia'],
  KOR: ['korea', 'south korea'],
  PRK: ['north korea'],
  IRN: ['iran'],
  SYR: ['syria'],
  VNM: ['vietnam'],
  CZE: ['czech republic', 'tschechien', 'czechia'],
  MKD: ['macedonia'],
  TUR: ['turkey'],
  CIV: ['ivory coast'],
  CPV: ['cape verde'],
  SWZ: ['swaziland'],
  MMR: ['burma'],
  COD: ['dr congo', 'congo-kinshasa', 'democratic republic of congo'],
  COG: ['congo-brazzaville', 'republic of congo'],
  TZA: ['tanzania'],
  BOL: ['bolivia'],
  VEN: ['venezuela'],
  MDA: ['moldova'],
  LAO: ['laos'],
  BRN: ['brunei'],
  TWN: ['taiwan'],
  PSE: ['palestine'],
  VAT: ['vatican'],
  NLD: ['holland', 'the netherlands'],
  XKX: ['kosovo', 'xk', 'xkx'],
}

async function world() {
  const coarse = load('world-atlas/countries-110m.json')
  const fine = load('world-atlas/countries-50m.json')
  const finer = presimplify(fine)
  const simple = simplify(finer, 0.02)
  const regions = []
  const add = (feature, rings) => {
    const { name } = feature.properties
    const numeric = feature.id === undefined ? null : String(feature.id).padStart(3, '0')
    const three = name === 'Kosovo' ? 'XKX' : numeric ? iso.numericToAlpha3(numeric) : null
    if (rings.length === 0) return
    const two = three && three !== 'XKX' ? iso.alpha3ToAlpha2(three) : null
    const names = new Set([name.toLowerCase()])
    if (two)
      for (const language of ['en', 'de', 'fr', 'es'])
        for (const each of [iso.getName(two, language, { select: 'all' })].flat())
          if (each) names.add(each.toLowerCase())
    for (const code of [two, three, numeric]) if (code) names.add(code.toLowerCase())
    for (const each of ALSO[three] ?? []) names.add(each)
    regions.push({ id: three ?? name, names: [...names], at: middleOf(feature, earth), rings })
  }
  const seen = new Set()
  for (const feature of topojson.feature(coarse, coarse.objects.countries).features) {
    if (feature.properties.name === 'Antarctica') continue
    seen.add(feature.properties.name)
    add(feature, ringsOf(feature, earth))
  }
  const known = new Set(regions.map((one) => one.id))
  const exact = new Map(
    topojson.feature(fine, fine.objects.countries).features.map((one) => [one.properties.name, one]),
  )
  for (const feature of topojson.feature(simple, simple.objects.countries).features) {
    const numeric = feature.id === undefined ? null : String(feature.id).padStart(3, '0')
    const three = numeric ? iso.numericToAlpha3(numeric) : null
    if (!three || known.has(three) || three === 'ATA') continue
    known.add(three)
    let rings = ringsOf(feature, earth)
    if (rings.length === 0) {
      // A country of a few hundred metres: a square that can be seen.
      const [x, y] = middleOf(exact.get(feature.properties.name) ?? feature, earth)
      rings = [[x - 1, y - 1, 2, 0, 0, 2, -2, 0, 0, -2]]
    }
    add(feature, rings)
  }
  return regions
}

async function states() {
  const atlas = load('us-atlas/states-albers-10m.json')
  const simple = simplify(presimplify(atlas), 1.2)
  const codes = {
    '01': 'AL',
    '02': 'AK',
    '04': 'AZ',
    '05': 'AR',
    '06': 'CA',
    '08': 'CO',
    '09': 'CT',
    10: 'DE',
    11: 'DC',
    12: 'FL',
    13: 'GA',
    15: 'HI',
    16: 'ID',
    17: 'IL',
    18: 'IN',
    19: 'IA',
    20: 'KS',
    21: 'KY',
    22: 'LA',
    23: 'ME',
    24: 'MD',
    25: 'MA',
    26: 'MI',
    27: 'MN',
    28: 'MS',
    29: 'MO',
    30: 'MT',
    31: 'NE',
    32: 'NV',
    33: 'NH',
    34: 'NJ',
    35: 'NM',
    36: 'NY',
    37: 'NC',
    38: 'ND',
    39: 'OH',
    40: 'OK',
    41: 'OR',
    42: 'PA',
    44: 'RI',
    45: 'SC',
    46: 'SD',
    47: 'TN',
    48: 'TX',
    49: 'UT',
    50: 'VT',
    51: 'VA',
    53: 'WA',
    54: 'WV',
    55: 'WI',
    56: 'WY',
  }
  return topojson.feature(simple, simple.objects.states).features.flatMap((feature) => {
    const code = codes[feature.id]
    if (!code) return []
    const rings = ringsOf(feature, flat)
    const names = [feature.properties.name.toLowerCase(), code.toLowerCase(), `us-${code.toLowerCase()}`]
    if (code === 'DC') names.push('washington dc', 'washington, d.c.', 'washington d.c.')
    return [{ id: `US-${code}`, names, at: middleOf(feature, flat), rings }]
  })
}

await mkdir(`${here}/src/outlines`, { recursive: true })
for (const [name, regions] of [
  ['world', await world()],
  ['us', await states()],
]) {
  // A name of two countries is none.
  const times = new Map()
  for (const one of regions) for (const each of one.names) times.set(each, (times.get(each) ?? 0) + 1)
  for (const one of regions) one.names = one.names.filter((each) => times.get(each) === 1)
  regions.sort((a, b) => (a.id < b.id ? -1 : 1))
  const text = `{"regions":[\n${regions.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`
  await writeFile(`${here}/src/outlines/${name}.json`, text)
  console.log(name, regions.length, 'regions', Math.round(text.length / 1024), 'kB')
}
