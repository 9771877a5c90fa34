import styles from './ProgressBar.module.css'

/** How far something is, as a share of 1; null while nobody knows. */
export function ProgressBar({
  share = null,
  height,
  label,
}: {
  share?: number | null
  height?: number
  label: string
}) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={share === null ? undefined : Math.round(share * 100)}
      className={styles.track}
      style={{ height }}
    >
      {share === null ? (
        <div className={`${styles.bar} ${styles.unknown}`} />
      ) : (
        <div className={styles.bar} style={{ transform: `scaleX(${share})` }} />
      )}
    </div>
  )
}
