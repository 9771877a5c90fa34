// A report as the product prints it, drawn by hand: no script, no picture to load.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const revenue = [62, 58, 71, 69, 80, 86, 84, 78, 92, 97, 104, 118]
const regions = [
  { name: 'North', share: 100, value: '412,300' },
  { name: 'West', share: 74, value: '305,120' },
  { name: 'South', share: 58, value: '239,870' },
  { name: 'East', share: 31, value: '127,440' },
]

const left = 44
const right = 516
const base = 216
const x = (index: number) => left + 12 + (index * (right - left - 24)) / (months.length - 1)
const y = (value: number) => base - (value / 120) * 112
const line = revenue
  .map((value, index) => `${index ? 'L' : 'M'}${x(index).toFixed(1)} ${y(value).toFixed(1)}`)
  .join('')

export function SampleReport() {
  return (
    <svg viewBox="0 0 560 452" role="img" aria-labelledby="sample-title sample-text">
      <title id="sample-title">A sample report</title>
      <desc id="sample-text">
        A page titled Orders 2025 with a line chart of revenue by month, which rises from 62 to 118 thousand,
        and bars of revenue by region, led by North.
      </desc>
      <g fontFamily="inherit" fill="var(--ink)">
        <text x="32" y="46" fontSize="21" fontWeight="650" letterSpacing="-.4">
          Orders 2025
        </text>
        <text x="32" y="69" fontSize="12.5" fill="var(--muted)">
          90,311 rows from orders_2025.csv
        </text>
        <text x="528" y="69" fontSize="12.5" fill="var(--muted)" textAnchor="end">
          page 1 of 3
        </text>
        <path d="M32 84H528" stroke="var(--line)" />

        {[0, 40, 80, 120].map((tick) => (
          <g key={tick}>
            <path d={`M${left} ${y(tick)}H${right}`} stroke="var(--line)" />
            <text x={left - 8} y={y(tick) + 4} fontSize="10.5" fill="var(--muted)" textAnchor="end">
              {tick}k
            </text>
          </g>
        ))}
        <path d={`${line}L${x(11)} ${base}L${x(0)} ${base}Z`} fill="var(--blue)" fillOpacity=".1" />
        <path d={line} fill="none" stroke="var(--blue)" strokeWidth="2.2" strokeLinejoin="round" />
        <circle cx={x(11)} cy={y(118)} r="4" fill="var(--blue)" />
        {months.map((month, index) => (
          <text
            key={month}
            x={x(index)}
            y={base + 19}
            fontSize="10.5"
            fill="var(--muted)"
            textAnchor="middle"
          >
            {month}
          </text>
        ))}

        <text x="32" y="270" fontSize="13.5" fontWeight="600">
          Sum of amount by region
        </text>
        {regions.map((region, index) => {
          const top = 290 + index * 34
          return (
            <g key={region.name}>
              <text x="32" y={top + 16} fontSize="12.5" fill="var(--muted)">
                {region.name}
              </text>
              <rect x="92" y={top} width={region.share * 3.5} height="22" rx="3" fill="var(--blue)" />
              <text x={100 + region.share * 3.5} y={top + 16} fontSize="12.5">
                {region.value}
              </text>
            </g>
          )
        })}
      </g>
    </svg>
  )
}
