// Addresses of pages. Ids stand in the query, so that the exported and the standalone build share them.

const withQuery = (path: string, query: Record<string, string | undefined>): string => {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value) search.set(key, value)
  const text = search.toString()
  return text ? `${path}?${text}` : path
}

export const paths = {
  landing: '/',
  signIn: (next?: string) => withQuery('/sign-in/', { next }),
  home: '/app/',
  data: '/app/data/',
  dataset: (id: string, tab?: string) => withQuery('/app/dataset/', { id, tab }),
  version: (id: string, version: string) => withQuery('/app/dataset/', { id, version }),
  asOf: (id: string, moment: string) => withQuery('/app/dataset/', { id, as_of: moment }),
  questions: '/app/questions/',
  question: (id: string) => withQuery('/app/question/', { id }),
  ask: (dataset?: string, draft?: string) => withQuery('/app/question/', { dataset, q: draft }),
  reports: '/app/reports/',
  report: (id: string) => withQuery('/app/report/', { id }),
  dashboards: '/app/dashboards/',
  dashboard: (id: string) => withQuery('/app/dashboard/', { id }),
  proposal: (dataset: string) => withQuery('/app/dashboard/', { propose: dataset }),
  members: '/app/members/',
  workspace: '/app/workspace/',
  access: (dataset?: string) => withQuery('/app/access/', { dataset }),
  metrics: '/app/metrics/',
  jobs: '/app/jobs/',
} as const

/** Only pages of our own may be returned to after signing in. */
export function safeNext(next: string | null): string {
  return next && /^\/app\/[^\\]*$/.test(next) ? next : paths.home
}
