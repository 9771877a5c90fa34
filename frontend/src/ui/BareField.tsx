import Box from '@mui/material/Box'
import type { SxProps, Theme } from '@mui/material/styles'
import type { ComponentPropsWithoutRef, ReactNode, Ref } from 'react'
import styles from './BareField.module.css'

// Each is a label without words, so that a click anywhere in its frame is a click into it.

interface Shared {
  fullWidth?: boolean
  sx?: SxProps<Theme>
}

/** One line to type in, without looks of its own. */
export function BareField({
  start,
  fullWidth,
  sx,
  inputRef,
  ...rest
}: Shared &
  ComponentPropsWithoutRef<'input'> & {
    /** What stands before the text. */
    start?: ReactNode
    inputRef?: Ref<HTMLInputElement>
  }) {
  return (
    <Box component="label" className={fullWidth ? `${styles.bare} ${styles.wide}` : styles.bare} sx={sx}>
      {start}
      <input type="text" {...rest} ref={inputRef} />
    </Box>
  )
}

/** Lines to type in, as many as there are. */
export function BareText({
  sx,
  inputRef,
  value,
  ...rest
}: Shared & ComponentPropsWithoutRef<'textarea'> & { value: string; inputRef?: Ref<HTMLTextAreaElement> }) {
  return (
    <Box
      component="label"
      className={`${styles.bare} ${styles.wide} ${styles.grown}`}
      sx={sx}
      data-text={value}
    >
      <textarea rows={1} {...rest} value={value} ref={inputRef} />
    </Box>
  )
}
