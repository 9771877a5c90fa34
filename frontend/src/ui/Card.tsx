import Box from '@mui/material/Box'
import type { SxProps, Theme } from '@mui/material/styles'
import type { ElementType, ReactNode } from 'react'

/** A bordered surface. */
export function Card({
  children,
  sx,
  component = 'div',
  ...rest
}: {
  children: ReactNode
  sx?: SxProps<Theme>
  component?: ElementType
  'aria-label'?: string
  'aria-labelledby'?: string
  id?: string
}) {
  return (
    <Box
      component={component}
      {...rest}
      sx={[
        {
          border: '1px solid',
          borderColor: 'divider',
          borderRadius: 2.5,
          bgcolor: 'background.paper',
        },
        ...(Array.isArray(sx) ? sx : [sx]),
      ]}
    >
      {children}
    </Box>
  )
}
