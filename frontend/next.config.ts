import type { NextConfig } from 'next'
import { PHASE_DEVELOPMENT_SERVER } from 'next/constants'

const standalone = process.env.TABLEWRIGHT_WEB === 'standalone'

/**
 * One code base, two builds: a static export that the API process serves (default), and a Node server.
 * A route that differs between them has `page.spa.tsx` and `page.ssr.tsx`; all others have one `page.tsx`.
 */
export default function config(phase: string): NextConfig {
  const developing = phase === PHASE_DEVELOPMENT_SERVER
  return {
    output: standalone ? 'standalone' : 'export',
    pageExtensions: standalone ? ['ssr.tsx', 'tsx'] : ['spa.tsx', 'tsx'],
    trailingSlash: true,
    images: { unoptimized: true },
    reactStrictMode: true,
    poweredByHeader: false,
    transpilePackages: ['@tablewright/charts'],
    experimental: { globalNotFound: true },
    // Emotion's list of the attributes that HTML knows: two kilobytes on every page, for elements that get no others.
    turbopack: { resolveAlias: { '@emotion/is-prop-valid': './src/ui/forwarded.ts' } },
    // The API has one address in production: the page's own. Only the development server stands between them,
    // and it leaves the API's paths (which have no trailing slash) as they are.
    ...(developing && {
      output: undefined,
      skipTrailingSlashRedirect: true,
      rewrites: async () => [
        {
          source: '/api/:path*',
          destination: `${process.env.TABLEWRIGHT_API ?? 'http://127.0.0.1:8000'}/api/:path*`,
        },
      ],
    }),
  }
}
