import { useColorScheme } from '@mui/material/styles'

/** The colours in force, once the page is alive. */
export function useTone(): 'light' | 'dark' {
  const { mode, systemMode } = useColorScheme()
  return (mode === 'system' ? systemMode : mode) === 'dark' ? 'dark' : 'light'
}
