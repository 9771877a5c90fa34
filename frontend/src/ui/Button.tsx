import Box from '@mui/material/Box'
import type { SxProps, Theme } from '@mui/material/styles'
import type { ComponentPropsWithRef, ElementType, ReactNode } from 'react'
import styles from './Button.module.css'

interface BaseProps extends Omit<ComponentPropsWithRef<'button'>, 'color'> {
  /** What it is instead of a button: a link. */
  component?: ElementType
  href?: string
  sx?: SxProps<Theme> | undefined
}

/** A button without looks. */
export function ButtonBase({ component = 'button', sx, className, ...rest }: BaseProps) {
  const given = {
    ...(component === 'button' ? { type: 'button' as const } : {}),
    ...rest,
    className: className ? `${styles.base} ${className}` : styles.base,
  }
  if (sx) return <Box component={component} sx={sx} {...given} />
  const Element = component
  return <Element {...given} />
}

/** A button in one of three weights. */
export function Button({
  variant = 'text',
  color,
  startIcon,
  fullWidth,
  children,
  ...rest
}: BaseProps & {
  variant?: 'text' | 'outlined' | 'contained'
  color?: 'error' | 'inherit'
  startIcon?: ReactNode
  fullWidth?: boolean
}) {
  const classes = [styles.button, styles[variant], color && styles[color], fullWidth && styles.wide]
  return (
    <ButtonBase {...rest} className={classes.filter(Boolean).join(' ')}>
      {startIcon && <span className={styles.start}>{startIcon}</span>}
      {children}
    </ButtonBase>
  )
}

/** A button that shows an icon and has a name. */
export function IconButton({ size, ...rest }: BaseProps & { size?: 'small' }) {
  return <ButtonBase {...rest} className={size ? `${styles.icon} ${styles.small}` : styles.icon} />
}
