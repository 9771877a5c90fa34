'use client'

import { createTheme } from '@mui/material/styles'
import type {} from '@mui/material/themeCssVarsAugmentation'
import { MODE_ATTRIBUTE } from '@/config/theme'

declare module '@mui/material/styles' {
  interface TypeBackground {
    sunk: string
  }
}

const sans =
  'Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", sans-serif'
export const mono = 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace'

/** Calm surfaces, hairlines instead of shadows, one accent. Every pair of colours passes WCAG AA. */
export const theme = createTheme({
  cssVariables: { colorSchemeSelector: MODE_ATTRIBUTE },
  colorSchemes: {
    light: {
      palette: {
        primary: { main: '#0b6e63', dark: '#085449', light: '#2b8b7f', contrastText: '#ffffff' },
        error: { main: '#b3261e', contrastText: '#ffffff' },
        warning: { main: '#8a5300', contrastText: '#ffffff' },
        success: { main: '#1a6e3c', contrastText: '#ffffff' },
        info: { main: '#0068a6', contrastText: '#ffffff' },
        text: { primary: '#17201f', secondary: '#55615f' },
        background: { default: '#fbfbfa', paper: '#ffffff', sunk: '#f3f5f4' },
        divider: '#e3e6e5',
      },
    },
    dark: {
      palette: {
        primary: { main: '#45c9b3', dark: '#2ba894', light: '#6ad9c7', contrastText: '#06201c' },
        error: { main: '#ff8b80', contrastText: '#2b0b08' },
        warning: { main: '#f2b134', contrastText: '#2b1d00' },
        success: { main: '#5fd38d', contrastText: '#04210f' },
        info: { main: '#66b8ee', contrastText: '#04202f' },
        text: { primary: '#e9eeec', secondary: '#a2aeab' },
        background: { default: '#0f1214', paper: '#15191c', sunk: '#1a1f22' },
        divider: '#272d31',
      },
    },
  },
  shape: { borderRadius: 4 },
  typography: {
    fontFamily: sans,
    fontSize: 14,
    h1: { fontSize: '1.5rem', fontWeight: 650, letterSpacing: '-0.02em', lineHeight: 1.25 },
    h2: { fontSize: '1.0625rem', fontWeight: 600, letterSpacing: '-0.01em', lineHeight: 1.35 },
    h3: { fontSize: '0.9375rem', fontWeight: 600, letterSpacing: '-0.005em', lineHeight: 1.4 },
    subtitle1: { fontSize: '0.9375rem', fontWeight: 600 },
    subtitle2: { fontSize: '0.8125rem', fontWeight: 600 },
    body1: { fontSize: '0.9375rem', lineHeight: 1.55 },
    body2: { fontSize: '0.875rem', lineHeight: 1.5 },
    caption: { fontSize: '0.8125rem', lineHeight: 1.45 },
    button: { textTransform: 'none', fontWeight: 600, letterSpacing: 0 },
  },
  components: {
    MuiCssBaseline: {
      styleOverrides: {
        body: { fontSize: '0.875rem', lineHeight: 1.5 },
        '::selection': { background: 'color-mix(in srgb, var(--mui-palette-primary-main) 24%, transparent)' },
        ':focus-visible': {
          outline: '2px solid var(--mui-palette-primary-main)',
          outlineOffset: 2,
        },
        '@media (prefers-reduced-motion: reduce)': {
          '*, *::before, *::after': {
            animationDuration: '0.01ms !important',
            transitionDuration: '0.01ms !important',
            scrollBehavior: 'auto !important',
          },
        },
      },
    },
    MuiButtonBase: { defaultProps: { disableRipple: true } },
    MuiIconButton: {
      // Inside of MUI's own fields.
      styleOverrides: {
        root: ({ theme }) => ({ borderRadius: 8, color: theme.vars.palette.text.secondary }),
      },
    },
    MuiPaper: {
      defaultProps: { elevation: 0 },
      styleOverrides: { root: { backgroundImage: 'none' } },
    },
    MuiMenu: {
      // An open menu stands at the end of the page, outside of its landmarks: it is one itself.
      defaultProps: { slotProps: { paper: { role: 'region', 'aria-label': 'Choices' } } },
      styleOverrides: {
        paper: ({ theme }) => ({
          border: `1px solid ${theme.vars.palette.divider}`,
          boxShadow: '0 12px 40px -12px rgb(0 0 0 / 28%)',
          marginTop: 4,
        }),
        list: { padding: 4 },
      },
    },
    MuiMenuItem: {
      styleOverrides: { root: { borderRadius: 6, minHeight: 34, fontSize: '0.875rem', gap: 10 } },
    },
    MuiDialog: {
      styleOverrides: {
        paper: ({ theme }) => ({
          border: `1px solid ${theme.vars.palette.divider}`,
          borderRadius: 14,
          boxShadow: '0 24px 80px -20px rgb(0 0 0 / 40%)',
        }),
      },
    },
    MuiBackdrop: {
      styleOverrides: {
        root: { '&:not(.MuiBackdrop-invisible)': { backgroundColor: 'rgb(10 18 16 / 34%)' } },
      },
    },
    MuiDialogTitle: {
      styleOverrides: { root: { fontSize: '1.0625rem', fontWeight: 600, paddingBottom: 8 } },
    },
    MuiDialogActions: { styleOverrides: { root: { padding: '12px 24px 20px' } } },
    MuiTextField: { defaultProps: { size: 'small', fullWidth: true } },
    MuiSelect: { defaultProps: { size: 'small' } },
    MuiOutlinedInput: {
      styleOverrides: {
        root: ({ theme }) => ({
          background: theme.vars.palette.background.paper,
          fontSize: '0.875rem',
          '& .MuiOutlinedInput-notchedOutline': {
            borderColor: 'color-mix(in srgb, var(--mui-palette-text-secondary) 72%, transparent)',
          },
          '&.Mui-focused .MuiOutlinedInput-notchedOutline': { borderWidth: 2 },
          '& .MuiInputBase-inputSizeSmall': { paddingTop: 7, paddingBottom: 7 },
        }),
      },
    },
    MuiInputLabel: { styleOverrides: { root: { fontSize: '0.875rem' } } },
    MuiTooltip: {
      defaultProps: { enterDelay: 400 },
      styleOverrides: { tooltip: { fontSize: '0.75rem', fontWeight: 500, padding: '5px 9px' } },
    },
    MuiChip: { styleOverrides: { root: { borderRadius: 6, fontSize: '0.8125rem', height: 26 } } },
    MuiLink: { defaultProps: { underline: 'hover' } },
  },
})
