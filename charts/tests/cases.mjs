// Charts that every engine must draw alike: six marks, their options, both themes, two languages, rough data.

const base = {
  row_count: 0,
  total_count: null,
  truncated: false,
  version_id: '00000000-0000-4000-8000-000000000001',
}

function answer(columns, rows, more = {}) {
  const data = Object.fromEntries(columns.map((column, index) => [column.key, rows.map((row) => row[index])]))
  return { ...base, columns, data, row_count: rows.length, bin_width: {}, engine: 'duckdb', ...more }
}
const dim = (key, label, type, more = {}) => ({ key, label, type, role: 'dimension', grain: null, ...more })
const mea = (key, label, type = 'float') => ({ key, label, type, role: 'measure', grain: null })
const col = (key, label, type) => ({ key, label, type, role: 'column', grain: null })
const pdf = { target: 'pdf', width: 720, height: 420, locale: 'en', theme: 'light' }
const de = { ...pdf, locale: 'de' }
const dark = { ...pdf, theme: 'dark' }

/** Numbers without a generator's surprises. */
function noise(seed) {
  let state = seed
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648
    return state / 2147483648
  }
}
const day = (index) => new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10)
const month = (index) => new Date(Date.UTC(2023, index, 1)).toISOString().slice(0, 10)

const region = dim('d0', 'Region', 'text')
const amount = mea('m0', 'Sum of Amount')
const regions = answer(
  [region, amount],
  [
    ['South', 8812.5],
    ['North', 12044.2],
    ['West', 9310],
    ['East', 4110.75],
    ['Export', 15230],
    [null, 312],
  ],
)
const random = noise(7)
const countries = [
  'Germany',
  'United Kingdom of Great Britain',
  'Netherlands',
  'Bosnia and Herzegovina',
  'France',
  'Switzerland',
  'Czechia',
  'Trinidad and Tobago',
  'Austria',
  'Papua New Guinea',
  'Belgium',
  'Saint Vincent and the Grenadines',
].map((name) => [name, Math.round(random() * 90000) / 10])
const many = Array.from({ length: 312 }, (_, index) => [
  `Product ${String(index + 1).padStart(3, '0')}x`,
  Math.round(1e6 / (index + 3)),
])
const monthly = dim('d0', 'Order date', 'date', { grain: 'month' })
const channel = dim('d1', 'Channel', 'text')
const names = ['Web', 'Retail', 'Partner', 'Export', 'Phone', 'Fair', 'Mail', 'Kiosk', 'Agent', 'Auction']
const longRows = (months, series, gap) =>
  Array.from({ length: months }, (_, m) =>
    names
      .slice(0, series)
      .map((name, s) => [
        month(m),
        name,
        Math.round((900 - s * 70 + m * (22 - s * 4) + Math.sin(m / 2 + s) * 120) * 10),
      ])
      .filter(([, name]) => !(gap && name === 'Retail' && m > 6 && m < 10)),
  ).flat()
const bins = [
  [0, 12],
  [10, 48],
  [20, 131],
  [30, 204],
  [40, 187],
  [50, 96],
  [60, 41],
  [80, 9],
  [90, 2],
]
const cloud = (count, seed) => {
  const next = noise(seed)
  return Array.from({ length: count }, () => {
    const quantity = Math.round(next() * 100) + 1
    return [
      quantity,
      Math.round((quantity * 11.7 + (next() - 0.5) * 420 + 200) * 100) / 100,
      names[Math.floor(next() * 3)],
    ]
  })
}
const money = { kind: 'currency', unit: 'EUR', digits: 0 }
const y = (more = {}) => [{ field: 'm0', title: null, format: { kind: 'auto' }, ...more }]
const x = { field: 'd0' }

/** About normal: the sum of twelve even numbers less six. */
function normal(seed) {
  const next = noise(seed)
  return () => Array.from({ length: 12 }, next).reduce((sum, one) => sum + one, -6)
}
const counted = (values, width) => {
  const bins = new Map()
  for (const value of values) {
    const from = Math.floor(value / width) * width
    bins.set(from, (bins.get(from) ?? 0) + 1)
  }
  return [...bins].sort((a, b) => a[0] - b[0])
}
const basket = dim('d0', 'Basket', 'float')
const count = mea('m0', 'Count of rows', 'integer')
const draws = (() => {
  const next = normal(5)
  return Array.from({ length: 4000 }, () => Math.max(0, 48 + next() * 14))
})()
const spread = answer([basket, count], counted(draws, 2), { bin_width: { d0: 2 } })
const spreadBy = answer(
  [basket, dim('d1', 'Channel', 'text'), count],
  names.slice(0, 3).flatMap((name, s) => {
    const next = normal(11 + s)
    const values = Array.from({ length: 900 - s * 200 }, () => 30 + s * 14 + next() * (8 + s * 5))
    return counted(
      values.filter((value) => value >= 0),
      1,
    ).map(([from, n]) => [from, name, n])
  }),
  { bin_width: { d0: 1 } },
)
const single = answer(
  [dim('d0', 'Rating', 'float'), count],
  counted(
    (() => {
      const next = normal(29)
      return Array.from({ length: 60 }, () => Math.round((3.4 + next() * 0.6) * 10) / 10)
    })(),
    0.1,
  ).map(([v, n]) => [Math.round(v * 10) / 10, n]),
)
const prices = (() => {
  const next = normal(41)
  return Array.from({ length: 2500 }, () => Math.exp(3.2 + 0.55 * next()))
})()
const points = answer(
  [col('c1', 'Quantity', 'integer'), col('c2', 'Price', 'float'), col('c3', 'Channel', 'text')],
  cloud(240, 3),
)
const pairs = [
  ['Price', 'Quantity', -0.62],
  ['Price', 'Rating', 0.18],
  ['Price', 'Weight', 0.84],
  ['Quantity', 'Rating', 0.05],
  ['Quantity', 'Weight', -0.41],
  ['Rating', 'Weight', -0.12],
]
const onMap = (list) => answer([dim('d0', 'Country', 'text'), amount], list)
export const spreads = { spread, spreadBy, single }

export const cases = [
  { name: 'bar', spec: { mark: 'bar', x, y: y() }, answer: regions, context: pdf },
  {
    name: 'bar-de-euro',
    spec: { mark: 'bar', x, y: y({ format: money }), text: { source: 'Quelle: Auftragsbuch 2025' } },
    answer: regions,
    context: de,
  },
  {
    name: 'bar-long-names',
    spec: {
      mark: 'bar',
      x,
      y: y(),
      text: { title: 'The United Kingdom leads by a length', subtitle: 'Revenue in thousands' },
    },
    answer: answer([dim('d0', 'Country', 'text'), amount], countries),
    context: pdf,
  },
  {
    name: 'bar-312',
    spec: { mark: 'bar', x, y: y() },
    answer: answer([dim('d0', 'Product', 'text'), amount], many, { total_count: 312 }),
    context: { ...pdf, height: 760 },
  },
  {
    name: 'bar-negative',
    spec: { mark: 'bar', x, y: y(), horizontal: true },
    answer: answer(
      [region, mea('m0', 'Change')],
      [
        ['North', 0.124],
        ['South', -0.081],
        ['West', 0.031],
        ['East', -0.012],
      ],
    ),
    context: pdf,
  },
  {
    name: 'bar-negative-standing',
    spec: { mark: 'bar', x, y: y({ format: { kind: 'percent', digits: 1 } }) },
    answer: answer(
      [region, mea('m0', 'Change')],
      [
        ['North', 0.124],
        ['South', -0.081],
        ['West', 0.031],
        ['East', -0.012],
      ],
    ),
    context: pdf,
  },
  {
    name: 'bar-grouped',
    spec: { mark: 'bar', x: { field: 'd0' }, y: y(), color: { field: 'd1' } },
    answer: answer(
      [dim('d0', 'Quarter', 'text'), channel, amount],
      ['Q1', 'Q2', 'Q3', 'Q4'].flatMap((q, i) =>
        names.slice(0, 3).map((n, s) => [q, n, 400 + i * 60 - s * 90 + ((i * s) % 3) * 40]),
      ),
    ),
    context: pdf,
  },
  {
    name: 'bar-stacked-months',
    spec: { mark: 'bar', x, y: y(), color: { field: 'd1' }, stack: 'zero' },
    answer: answer([monthly, channel, amount], longRows(24, 5)),
    context: pdf,
  },
  {
    name: 'bar-percent-dark',
    spec: { mark: 'bar', x, y: y(), color: { field: 'd1' }, stack: 'percent' },
    answer: answer([monthly, channel, amount], longRows(9, 10)),
    context: dark,
  },
  {
    name: 'bar-days-missing',
    spec: { mark: 'bar', x, y: y() },
    answer: answer(
      [dim('d0', 'Day', 'date', { grain: 'day' }), mea('m0', 'Count of rows', 'integer')],
      Array.from({ length: 60 }, (_, i) => [day(i), 20 + ((i * 37) % 23)]).filter((_, i) => i % 7 < 5),
    ),
    context: pdf,
  },
  {
    name: 'line',
    spec: { mark: 'line', x, y: y({ format: money }) },
    answer: answer(
      [monthly, amount],
      longRows(30, 1).map(([m, , v]) => [m, v]),
    ),
    context: pdf,
  },
  {
    name: 'line-direct-gap',
    spec: { mark: 'line', x, y: y(), color: { field: 'd1' } },
    answer: answer([monthly, channel, amount], longRows(24, 4, true)),
    context: pdf,
  },
  {
    name: 'line-ten-de',
    spec: { mark: 'line', x, y: y(), color: { field: 'd1' } },
    answer: answer([monthly, channel, amount], longRows(24, 10)),
    context: de,
  },
  {
    name: 'line-two-measures-dark',
    spec: { mark: 'line', x, y: [{ field: 'm0' }, { field: 'm1' }] },
    answer: answer(
      [
        dim('d0', 'Week', 'date', { grain: 'week' }),
        mea('m0', 'Orders', 'integer'),
        mea('m1', 'Returns', 'integer'),
      ],
      Array.from({ length: 26 }, (_, i) => [
        day(5 + i * 7),
        400 + ((i * 53) % 90) + i * 6,
        40 + ((i * 17) % 22),
      ]),
    ),
    context: dark,
  },
  {
    name: 'line-5000',
    spec: { mark: 'line', x: { field: 'c1' }, y: [{ field: 'c2' }] },
    answer: answer(
      [col('c1', 'Time', 'timestamp'), col('c2', 'Load', 'float')],
      (() => {
        const next = noise(3)
        let value = 50
        const level = (change) => {
          value += (change - 0.5) * 3
          return value
        }
        return Array.from({ length: 5000 }, (_, i) => [
          new Date(Date.UTC(2025, 2, 1) + i * 300000).toISOString().slice(0, 19),
          level(next()),
        ])
      })(),
    ),
    context: pdf,
  },
  {
    name: 'area',
    spec: { mark: 'area', x, y: y() },
    answer: answer(
      [dim('d0', 'Day', 'date', { grain: 'day' }), amount],
      Array.from({ length: 90 }, (_, i) => [day(i), 500 + Math.round(Math.sin(i / 9) * 200) + i * 3]),
    ),
    context: pdf,
  },
  {
    name: 'area-stacked',
    spec: { mark: 'area', x, y: y(), color: { field: 'd1' }, stack: 'zero' },
    answer: answer([monthly, channel, amount], longRows(24, 4)),
    context: pdf,
  },
  {
    name: 'area-percent-de',
    spec: { mark: 'area', x, y: y(), color: { field: 'd1' }, stack: 'percent' },
    answer: answer([monthly, channel, amount], longRows(24, 6)),
    context: de,
  },
  {
    name: 'pie',
    spec: { mark: 'pie', x, y: y({ format: money }) },
    answer: answer(
      [region, amount],
      [
        ['North', 5200],
        ['South', 2600],
        ['West', 1400],
        ['East', 900],
        ['Export', 300],
      ],
    ),
    context: pdf,
  },
  {
    name: 'pie-dark',
    spec: { mark: 'pie', x, y: y() },
    answer: answer(
      [dim('d0', 'Answer', 'boolean'), mea('m0', 'Count of rows', 'integer')],
      [
        [true, 812],
        [false, 188],
      ],
    ),
    context: dark,
  },
  {
    name: 'pie-too-many',
    spec: { mark: 'pie', x, y: y() },
    answer: answer([dim('d0', 'Country', 'text'), amount], countries),
    context: pdf,
  },
  {
    name: 'scatter',
    spec: { mark: 'scatter', x: { field: 'c1' }, y: [{ field: 'c2' }] },
    answer: answer(
      [col('c1', 'Quantity', 'integer'), col('c2', 'Price', 'decimal')],
      cloud(220, 11).map(([a, b]) => [a, String(b)]),
    ),
    context: pdf,
  },
  {
    name: 'scatter-colour-de',
    spec: {
      mark: 'scatter',
      x: { field: 'c1' },
      y: [{ field: 'c2', format: { kind: 'currency', unit: 'EUR' } }],
      color: { field: 'c3' },
    },
    answer: answer(
      [col('c1', 'Menge', 'integer'), col('c2', 'Preis', 'float'), col('c3', 'Kanal', 'text')],
      cloud(260, 5),
    ),
    context: de,
  },
  {
    name: 'scatter-4000',
    spec: { mark: 'scatter', x: { field: 'c1' }, y: [{ field: 'c2' }] },
    answer: answer([col('c1', 'Quantity', 'integer'), col('c2', 'Price', 'float')], cloud(4000, 23)),
    context: pdf,
  },
  {
    name: 'histogram',
    spec: { mark: 'histogram', x, y: y() },
    answer: answer([dim('d0', 'Basket', 'float'), mea('m0', 'Count of rows', 'integer')], bins, {
      bin_width: { d0: 10 },
    }),
    context: pdf,
  },
  {
    name: 'histogram-dark-de',
    spec: { mark: 'histogram', x: { field: 'd0', format: { kind: 'currency', unit: 'EUR' } }, y: y() },
    answer: answer([dim('d0', 'Warenkorb', 'float'), mea('m0', 'Anzahl Zeilen', 'integer')], bins, {
      bin_width: { d0: 10 },
    }),
    context: { ...dark, locale: 'de' },
  },
  {
    name: 'histogram-edges-not-round',
    spec: { mark: 'histogram', x, y: y() },
    answer: answer(
      [dim('d0', 'Basket', 'float'), mea('m0', 'Count of rows', 'integer')],
      bins.map(([edge, count]) => [edge * 0.8385, count]),
      { bin_width: { d0: 8.385 } },
    ),
    context: { ...pdf, target: 'screen', width: 300, height: 200 },
  },
  {
    name: 'histogram-tiny-de',
    spec: { mark: 'histogram', x, y: y() },
    answer: answer(
      [dim('d0', 'Basket', 'float'), mea('m0', 'Count of rows', 'integer')],
      bins.map(([edge, count]) => [edge * 1e-13, count]),
      { bin_width: { d0: 1e-12 } },
    ),
    context: { ...de, width: 360, height: 240 },
  },
  {
    name: 'line-fine-steps-far-from-zero',
    spec: { mark: 'line', x, y: y() },
    answer: answer(
      [monthly, amount],
      Array.from({ length: 9 }, (_, i) => [month(i), 1e6 + i * 0.01]),
    ),
    context: { ...pdf, target: 'screen', width: 280, height: 200 },
  },
  {
    name: 'pie-thin-parts',
    spec: { mark: 'pie', x, y: y() },
    answer: answer(
      [region, amount],
      [
        ['South', 1.2e9],
        ['North', 3e6],
        ['West', 2e6],
        ['East', 1e6],
      ],
    ),
    context: { ...pdf, target: 'screen', width: 280, height: 200 },
  },
  {
    name: 'heatmap',
    spec: { mark: 'heatmap', x, y: y(), color: { field: 'd1' } },
    answer: answer([monthly, channel, amount], longRows(14, 6, true)),
    context: pdf,
  },
  {
    name: 'heatmap-around-zero-dark-de',
    spec: { mark: 'heatmap', x, y: y({ format: { kind: 'percent', digits: 0 } }), color: { field: 'd1' } },
    answer: answer(
      [dim('d0', 'Wochentag', 'text'), dim('d1', 'Stunde', 'integer'), mea('m0', 'Veränderung')],
      ['Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag'].flatMap((weekday, i) =>
        Array.from({ length: 9 }, (_, hour) => [weekday, hour + 8, Math.sin(i * 2 + hour) / 3]),
      ),
    ),
    context: { ...dark, locale: 'de' },
  },
  {
    name: 'calendar',
    spec: { mark: 'calendar', x, y: y() },
    answer: answer(
      [dim('d0', 'Day', 'date', { grain: 'day' }), mea('m0', 'Count of rows', 'integer')],
      Array.from({ length: 500 }, (_, i) => [day(i - 120), 20 + ((i * 37) % 83)]).filter((_, i) => i % 7 < 5),
    ),
    context: pdf,
  },
  {
    name: 'waterfall',
    spec: { mark: 'waterfall', x, y: y() },
    answer: answer(
      [dim('d0', 'Step', 'text'), mea('m0', 'Result')],
      [
        ['Sales', 820],
        ['Services', 210],
        ['Materials', -390],
        ['Staff', -310],
        ['Rent', -95],
        ['Interest', -480],
        ['Grants', 120],
      ],
    ),
    context: pdf,
  },
  {
    name: 'funnel',
    spec: { mark: 'funnel', x, y: y() },
    answer: answer(
      [dim('d0', 'Stage', 'text'), mea('m0', 'People', 'integer')],
      [
        ['Visited the shop', 12480],
        ['Looked at a product', 8120],
        ['Put it into the basket', 2310],
        ['Began to pay', 1120],
        ['Bought', 870],
      ],
    ),
    context: pdf,
  },
  {
    name: 'funnel-negative',
    spec: { mark: 'funnel', x, y: y() },
    answer: answer(
      [region, amount],
      [
        ['North', 3],
        ['South', -1],
      ],
    ),
    context: pdf,
  },
  {
    name: 'treemap',
    spec: { mark: 'treemap', x, y: y() },
    answer: answer([dim('d0', 'Country', 'text'), amount], countries),
    context: pdf,
  },
  {
    name: 'treemap-grouped-dark',
    spec: { mark: 'treemap', x, y: y(), color: { field: 'd1' } },
    answer: answer(
      [dim('d0', 'Product', 'text'), channel, amount],
      many.slice(0, 40).map(([name, value], i) => [name, names[i % 4], value]),
    ),
    context: dark,
  },
  {
    name: 'sunburst',
    spec: { mark: 'sunburst', x, y: y(), color: { field: 'd1' } },
    answer: answer(
      [dim('d0', 'Country', 'text'), channel, amount],
      countries.map(([name, value], i) => [name, names[i % 3], value]),
    ),
    context: pdf,
  },
  {
    name: 'sankey',
    spec: { mark: 'sankey', x, y: y(), color: { field: 'd1' } },
    answer: answer(
      [dim('d0', 'From', 'text'), dim('d1', 'To', 'text'), amount],
      ['Search', 'Mail', 'Advert', 'Shop'].flatMap((from, i) =>
        ['Shop', 'Basket', 'Left'].map((to, j) => [from, to, 40 + ((i * 31 + j * 17) % 60)]),
      ),
    ),
    context: pdf,
  },
  {
    name: 'radar',
    spec: { mark: 'radar', x, y: [{ field: 'm0' }, { field: 'm1' }] },
    answer: answer(
      [dim('d0', 'Quality', 'text'), mea('m0', 'Ours'), mea('m1', 'Theirs')],
      [
        ['Speed', 8.2, 6.1],
        ['Price', 5.4, 8.8],
        ['Service', 9.1, 4.2],
        ['Reach', 6.6, 7.9],
        ['Trust', 7.7, 6.5],
      ],
    ),
    context: pdf,
  },
  {
    name: 'box',
    spec: { mark: 'box', x, y: [0, 1, 2, 3, 4].map((i) => ({ field: `m${i}` })) },
    answer: answer(
      [
        dim('d0', 'Region', 'text'),
        ...['Lowest', 'Quartile 1', 'Median', 'Quartile 3', 'Highest'].map((name, i) => mea(`m${i}`, name)),
      ],
      ['North', 'South', 'West', 'East'].map((name, i) => [
        name,
        4 + i,
        12 + i * 3,
        18 + i * 2,
        27 + i * 4,
        48 + i * 9,
      ]),
    ),
    context: pdf,
  },
  {
    name: 'candlestick',
    spec: { mark: 'candlestick', x, y: [0, 1, 2, 3].map((i) => ({ field: `m${i}` })) },
    answer: answer(
      [
        dim('d0', 'Day', 'date', { grain: 'day' }),
        ...['First', 'Highest', 'Lowest', 'Last'].map((name, i) => mea(`m${i}`, name)),
      ],
      (() => {
        const next = noise(17)
        let price = 100
        return Array.from({ length: 40 }, (_, i) => {
          const first = price
          price = Math.round((price + (next() - 0.48) * 6) * 100) / 100
          return [
            day(i),
            first,
            Math.max(first, price) + next() * 2,
            Math.min(first, price) - next() * 2,
            price,
          ]
        })
      })(),
    ),
    context: pdf,
  },
  {
    name: 'bubble',
    spec: {
      mark: 'scatter',
      x: { field: 'm0' },
      y: [{ field: 'm1' }],
      size: { field: 'm2' },
      color: { field: 'd0' },
    },
    answer: answer(
      [region, mea('m0', 'Price'), mea('m1', 'Rating'), mea('m2', 'Customers', 'integer')],
      [
        ['North', 12, 4.1, 900],
        ['South', 18, 3.2, 220],
        ['West', 9, 4.6, 1500],
        ['East', 25, 2.9, 60],
      ],
    ),
    context: pdf,
  },
  {
    name: 'combo',
    spec: {
      mark: 'combo',
      x,
      y: [{ field: 'm0' }, { field: 'm1', axis: 'right', format: { kind: 'percent', digits: 1 } }],
    },
    answer: answer(
      [monthly, amount, mea('m1', 'Margin')],
      longRows(18, 1).map(([m, , v], i) => [m, v, 0.12 + ((i * 7) % 11) / 100]),
    ),
    context: pdf,
  },
  {
    name: 'combo-one-scale-dark-de',
    spec: {
      mark: 'combo',
      x,
      y: [{ field: 'm0' }, { field: 'm1', mark: 'area' }],
      references: [
        { value: 9000, label: 'Ziel' },
        { value: 4000, to: 6000, label: 'üblich' },
      ],
    },
    answer: answer(
      [dim('d0', 'Quartal', 'text'), mea('m0', 'Umsatz'), mea('m1', 'Plan')],
      ['Q1', 'Q2', 'Q3', 'Q4'].map((name, i) => [name, 5200 + i * 900, 5000 + i * 1100]),
    ),
    context: { ...dark, locale: 'de' },
  },
  {
    name: 'pareto',
    spec: { mark: 'pareto', x, y: y() },
    answer: answer([dim('d0', 'Country', 'text'), amount], countries),
    context: pdf,
  },
  {
    name: 'figure',
    spec: { mark: 'figure', x, y: y({ format: money }) },
    answer: answer(
      [monthly, amount],
      longRows(18, 1).map(([m, , v]) => [m, v]),
    ),
    context: { ...pdf, width: 360, height: 240 },
  },
  {
    name: 'gauge',
    spec: { mark: 'gauge', x, y: y(), references: [{ value: 20000, label: 'Plan' }] },
    answer: answer(
      [monthly, amount],
      longRows(18, 1).map(([m, , v]) => [m, v]),
    ),
    context: { ...pdf, width: 360, height: 240 },
  },
  {
    name: 'line-reference',
    spec: { mark: 'line', x, y: y(), references: [{ value: 15000, label: 'Goal for the year' }] },
    answer: answer(
      [monthly, amount],
      longRows(18, 1).map(([m, , v]) => [m, v]),
    ),
    context: pdf,
  },
  {
    name: 'bar-lying-reference',
    spec: {
      mark: 'bar',
      x,
      y: y(),
      horizontal: true,
      references: [{ value: 8000, to: 12000, label: 'usual' }],
    },
    answer: regions,
    context: pdf,
  },
  {
    name: 'mail-small',
    spec: { mark: 'bar', x, y: y() },
    answer: regions,
    context: { ...pdf, target: 'mail', width: 560, height: 300 },
  },
  {
    name: 'tile',
    spec: { mark: 'line', x, y: y(), color: { field: 'd1' } },
    answer: answer([monthly, channel, amount], longRows(24, 3)),
    context: { ...pdf, target: 'screen', width: 380, height: 220 },
  },
  { name: 'density', spec: { mark: 'density', x, y: y() }, answer: spread, context: pdf },
  {
    name: 'density-groups-dark',
    spec: { mark: 'density', x, y: y(), color: { field: 'd1' } },
    answer: spreadBy,
    context: dark,
  },
  {
    name: 'violin',
    spec: { mark: 'violin', x, y: y(), color: { field: 'd1' } },
    answer: spreadBy,
    context: pdf,
  },
  {
    name: 'ecdf',
    spec: { mark: 'ecdf', x, y: y(), color: { field: 'd1' } },
    answer: spreadBy,
    context: pdf,
  },
  {
    name: 'ecdf-values-de-dark',
    spec: { mark: 'ecdf', x, y: y() },
    answer: single,
    context: { ...dark, locale: 'de' },
  },
  { name: 'qq', spec: { mark: 'qq', x, y: y() }, answer: single, context: pdf },
  {
    name: 'qq-groups',
    spec: { mark: 'qq', x, y: y(), color: { field: 'd1' } },
    answer: spreadBy,
    context: pdf,
  },
  {
    name: 'histogram-normal',
    spec: { mark: 'histogram', x, y: y(), fit: 'normal' },
    answer: answer([basket, count], counted(draws, 5), { bin_width: { d0: 5 } }),
    context: pdf,
  },
  {
    name: 'histogram-lognormal-dark',
    spec: { mark: 'histogram', x, y: y(), fit: 'lognormal' },
    answer: answer([dim('d0', 'Price', 'float'), count], counted(prices, 5), { bin_width: { d0: 5 } }),
    context: dark,
  },
  {
    name: 'histogram-exponential-de',
    spec: { mark: 'histogram', x, y: y(), fit: 'exponential' },
    answer: answer(
      [dim('d0', 'Wartezeit', 'float', { unit: 'min' }), count],
      counted(
        prices.map((_, i) => -20 * Math.log((i + 0.5) / 2500)),
        10,
      ),
      { bin_width: { d0: 10 } },
    ),
    context: de,
  },
  {
    name: 'correlation',
    spec: { mark: 'correlation', x: { field: 'm0' }, y: pairs.map((_, i) => ({ field: `m${i}` })) },
    answer: answer(
      pairs.map(([a, b], i) => ({ ...mea(`m${i}`, `Correlation of ${a} and ${b}`), of: [a, b] })),
      [pairs.map((pair) => pair[2])],
    ),
    context: pdf,
  },
  {
    name: 'parallel',
    spec: { mark: 'parallel', x, y: [0, 1, 2, 3].map((i) => ({ field: `m${i}` })) },
    answer: answer(
      [
        dim('d0', 'Model', 'text'),
        mea('m0', 'Power'),
        mea('m1', 'Weight'),
        mea('m2', 'Range', 'integer'),
        mea('m3', 'Price'),
      ],
      [
        ['Alpha', 110, 1450, 420, 32900],
        ['Beta', 150, 1720, 510, 41500],
        ['Gamma', 70, 1180, 260, 21900],
        ['Delta', 205, 2050, 560, 58900],
        ['Epsilon', 95, 1390, 380, null],
      ],
    ),
    context: pdf,
  },
  {
    name: 'parallel-many-dark',
    spec: { mark: 'parallel', x, y: [0, 1, 2].map((i) => ({ field: `m${i}` })) },
    answer: answer(
      [
        dim('d0', 'Order', 'integer'),
        mea('m0', 'Quantity', 'integer'),
        mea('m1', 'Price'),
        mea('m2', 'Days'),
      ],
      cloud(120, 9).map(([q, p], i) => [i + 1, q, p, 2 + ((i * 31) % 17)]),
    ),
    context: dark,
  },
  {
    name: 'map-world',
    spec: { mark: 'map', x, y: y() },
    answer: onMap([
      ['United States', 15230],
      ['Brazil', 4120],
      ['India', 9130],
      ['CN', 12400],
      ['DEU', 8200],
      ['France', 5100],
      ['Australia', 3100],
      ['South Africa', 2050],
      ['Russia', 2900],
      ['Atlantis', 12],
      ['Japan', 6200],
      [null, 7],
    ]),
    context: pdf,
  },
  {
    name: 'map-europe-dark-de',
    spec: { mark: 'map', x, y: y({ format: money }) },
    answer: onMap([
      ['Deutschland', 8200],
      ['Frankreich', 5100],
      ['Österreich', 2100],
      ['Schweiz', 3300],
      ['Niederlande', 1900],
      ['Spanien', 2700],
      ['Italien', 4100],
      ['Polen', 1500],
      ['Luxemburg', 300],
    ]),
    context: { ...dark, locale: 'de' },
  },
  {
    name: 'map-us',
    spec: { mark: 'map', x, y: y() },
    answer: answer(
      [dim('d0', 'State', 'text'), amount],
      [
        ['California', 9100],
        ['TX', 7600],
        ['New York', 6400],
        ['Florida', 5200],
        ['WA', 2900],
        ['Colorado', 1800],
        ['Ohio', 2400],
        ['Puerto Rico', 90],
      ],
    ),
    context: pdf,
  },
  {
    name: 'scatter-trend',
    spec: { mark: 'scatter', x: { field: 'c1' }, y: [{ field: 'c2' }], trend: {} },
    answer: points,
    context: pdf,
  },
  {
    name: 'scatter-trends-dark-de',
    spec: {
      mark: 'scatter',
      x: { field: 'c1' },
      y: [{ field: 'c2' }],
      color: { field: 'c3' },
      trend: { band: 0.9 },
    },
    answer: points,
    context: { ...dark, locale: 'de' },
  },
  {
    name: 'line-trend-annotated',
    spec: {
      mark: 'line',
      x,
      y: y({ format: money }),
      trend: {},
      references: [{ value: 15000, label: 'Goal' }],
      annotations: [
        { x: '2023-09-01', text: 'New shop' },
        { x: '2024-03-01', y: 15000, text: 'Campaign in spring' },
        { x: '2024-04-01', text: 'Prices raised' },
        { x: '2031-01-01', text: 'Later' },
      ],
    },
    answer: answer(
      [monthly, amount],
      longRows(30, 1).map(([m, , v]) => [m, v]),
    ),
    context: pdf,
  },
  {
    name: 'line-forecast',
    spec: {
      mark: 'line',
      x,
      y: [{ field: 'm0', error: { field: 'm1', high: 'm2', draw: 'band' } }],
      forecast_from: '2024-07-01',
    },
    answer: answer(
      [monthly, amount, mea('m1', 'Lower end'), mea('m2', 'Upper end')],
      longRows(24, 1).map(([m, , v], i) => [
        m,
        v,
        i < 18 ? null : v - 300 * (i - 17),
        i < 18 ? null : v + 300 * (i - 17),
      ]),
    ),
    context: pdf,
  },
  {
    name: 'bar-error-groups',
    spec: {
      mark: 'bar',
      x,
      color: { field: 'd1' },
      y: [{ field: 'm0', error: { field: 'm1', count: 'm2', level: 0.95 } }],
    },
    answer: answer(
      [
        dim('d0', 'Quarter', 'text'),
        channel,
        mea('m0', 'Mean of Amount'),
        mea('m1', 'Standard deviation of Amount'),
        mea('m2', 'Count of rows', 'integer'),
      ],
      ['Q1', 'Q2', 'Q3', 'Q4'].flatMap((q, i) =>
        names
          .slice(0, 3)
          .map((n, s) => [q, n, 400 + i * 60 - s * 90, 80 + s * 30, s === 2 && i === 3 ? 1 : 12 + i]),
      ),
    ),
    context: pdf,
  },
  {
    name: 'bar-lying-error-dark',
    spec: { mark: 'bar', x, y: [{ field: 'm0', error: { field: 'm1' } }], horizontal: true },
    answer: answer(
      [region, mea('m0', 'Mean of Amount'), mea('m1', 'Standard deviation of Amount')],
      [
        ['North', 120, 14],
        ['South', 88, 22],
        ['West', 93, 9],
      ],
    ),
    context: dark,
  },
  {
    name: 'scatter-error-log',
    spec: {
      mark: 'scatter',
      x: { field: 'm0', scale: 'log' },
      y: [{ field: 'm1', scale: 'log' }],
      trend: {},
    },
    answer: answer(
      [region, mea('m0', 'Mass'), mea('m1', 'Metabolic rate')],
      [
        ['Mouse', 0.02, 0.17],
        ['Rat', 0.3, 1.45],
        ['Cat', 4, 12.8],
        ['Dog', 15, 36],
        ['Man', 70, 82],
        ['Horse', 500, 360],
        ['Elephant', 3800, 2200],
        ['None', 0, 3],
      ],
    ),
    context: pdf,
  },
  {
    name: 'line-log-dark',
    spec: { mark: 'line', x, y: y({ scale: 'log' }), color: { field: 'd1' } },
    answer: answer(
      [monthly, channel, amount],
      longRows(20, 3).map(([m, n, v], i) => [m, n, v * 1.25 ** (i / 3)]),
    ),
    context: dark,
  },
  {
    name: 'panels-line',
    spec: { mark: 'line', x, y: y(), facet: { field: 'd1' } },
    answer: answer([monthly, channel, amount], longRows(18, 6)),
    context: pdf,
  },
  {
    name: 'panels-bar-groups-dark',
    spec: { mark: 'bar', x, y: y(), color: { field: 'd2' }, facet: { field: 'd1' } },
    answer: answer(
      [dim('d0', 'Quarter', 'text'), channel, dim('d2', 'Kind', 'text'), amount],
      ['Q1', 'Q2', 'Q3', 'Q4']
        .flatMap((q, i) =>
          names.slice(0, 4).flatMap((n, s) => [
            [q, n, 'New', 300 + i * 50 - s * 60],
            [q, n, 'Old', 500 - i * 40 + s * 30],
          ]),
        )
        .filter((_, i) => i % 11 !== 3),
    ),
    context: dark,
  },
  {
    name: 'panels-15-histogram',
    spec: { mark: 'histogram', x, y: y(), facet: { field: 'd1' } },
    answer: answer(
      [basket, dim('d1', 'Shop', 'text'), count],
      Array.from({ length: 15 }, (_, s) =>
        bins.map(([from, n]) => [from, `Shop ${s + 1}`, Math.round(n * (1 - s / 20)) + ((from * s) % 17)]),
      ).flat(),
      { bin_width: { d0: 10 } },
    ),
    context: pdf,
  },
  {
    name: 'panels-scatter-trend',
    spec: { mark: 'scatter', x: { field: 'c1' }, y: [{ field: 'c2' }], facet: { field: 'c3' }, trend: {} },
    answer: points,
    context: pdf,
  },
  { name: 'empty', spec: { mark: 'line', x, y: y() }, answer: answer([monthly, amount], []), context: pdf },
  {
    name: 'hostile',
    spec: {
      mark: 'bar',
      x,
      y: y({ title: '"><script>alert(1)</script>' }),
      color: null,
      text: {
        title: '</script><img src=x onerror=alert(1)> & "quotes" {b|rich}',
        subtitle: '__proto__ {a|b}',
        source: "' onload='alert(1)",
      },
    },
    answer: answer(
      [dim('d0', '__proto__', 'text'), amount],
      [
        ['__proto__', 5],
        ['constructor', 4],
        ['</text></svg><script>alert(1)</script>', 3],
        ['url(#zr0-c0) id="zr0-c1"', 2],
        ['a\u0000b\u202ec\nd\ud800', 1],
      ],
    ),
    context: pdf,
  },
]
