/** The shape of a column in a few bars. The words beside it say the figures. */
export function MiniHistogram({
  counts,
  width = 96,
  height = 22,
  label,
}: {
  counts: readonly number[]
  width?: number
  height?: number
  /** Without it the picture is decoration. */
  label?: string
}) {
  if (counts.length === 0) return null
  const most = Math.max(...counts, 1)
  const step = width / counts.length
  const gap = step > 4 ? 1 : 0
  const bars = counts
    .map((count, index) => {
      const tall = count === 0 ? 0 : Math.max(1.5, (count / most) * height)
      const x = (index * step).toFixed(2)
      return `M${x} ${height}v${(-tall).toFixed(2)}h${(step - gap).toFixed(2)}v${tall.toFixed(2)}z`
    })
    .join('')
  return (
    <svg
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      role={label ? 'img' : 'presentation'}
      aria-label={label}
      aria-hidden={label ? undefined : true}
      style={{ display: 'block', maxWidth: '100%' }}
    >
      <path d={bars} fill="currentColor" />
    </svg>
  )
}
