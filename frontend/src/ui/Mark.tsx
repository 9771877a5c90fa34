/** The product's sign: a table whose last column became a chart. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <rect x="1" y="1" width="22" height="22" rx="6" fill="var(--mark-ground, #0b6e63)" />
      <path
        d="M5.5 8.2h13M5.5 12h6M5.5 15.8h6"
        stroke="#fff"
        strokeOpacity=".72"
        strokeWidth="1.5"
        strokeLinecap="round"
      />
      <path d="M14.2 18v-3.6M16.8 18v-6M19.2 18v-4.4" stroke="#fff" strokeWidth="1.8" strokeLinecap="round" />
    </svg>
  )
}
