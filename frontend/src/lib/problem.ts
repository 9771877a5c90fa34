import type { ProblemDocument } from '@/api/types'

/** What the API refused or could not do: words for a person, a stable code, and positions when there are any. */
export class Problem extends Error {
  override name = 'Problem'
  readonly status: number
  readonly code: string
  readonly title: string
  readonly where: Record<string, unknown>

  constructor(document: Partial<ProblemDocument>, status = document.status ?? 0) {
    super(document.detail || document.title || 'Something went wrong.')
    this.status = status
    this.code = document.code ?? 'unknown'
    this.title = document.title ?? 'Something went wrong'
    this.where = document.where ?? {}
  }
}

const byStatus: Readonly<Record<number, string>> = {
  413: 'That is larger than this installation accepts.',
  429: 'Too many requests. Wait a moment and try again.',
  502: 'The server is not answering. It may be restarting; try again in a moment.',
  503: 'The server is busy. Try again in a moment.',
  504: 'The server took too long to answer. Try again in a moment.',
}

interface Validation {
  loc?: unknown
  msg?: unknown
}

/** A problem from any failed response: problem documents, the framework's validation lists, and proxies' pages. */
export function problemOf(status: number, body: unknown): Problem {
  if (typeof body === 'object' && body !== null) {
    const { detail } = body as { detail?: unknown }
    if (Array.isArray(detail)) {
      const [first] = detail as Validation[]
      const field = Array.isArray(first?.loc) ? first.loc.slice(1).join(' ') : ''
      const said = typeof first?.msg === 'string' ? first.msg : 'The request is not acceptable.'
      return new Problem(
        { title: 'Not acceptable', code: 'invalid', detail: field ? `${field}: ${said}` : said },
        status,
      )
    }
    if (typeof detail === 'string' || detail === undefined)
      return new Problem(body as Partial<ProblemDocument>, status)
  }
  const detail = byStatus[status] ?? `The server answered with status ${status}.`
  return new Problem({ title: 'Something went wrong', code: `http_${status}`, detail }, status)
}

/** Any thrown value as a problem. A failed fetch has no status, only silence. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  if (error instanceof TypeError) {
    return new Problem({
      title: 'No connection',
      code: 'offline',
      detail: 'The server cannot be reached. Check the connection and try again.',
    })
  }
  const detail = error instanceof Error && error.message ? error.message : 'Something went wrong.'
  return new Problem({ title: 'Something went wrong', code: 'unexpected', detail })
}

const LONGEST_WAIT = 30

/** After how many milliseconds the server wants to be asked again; null when asking again helps nothing, or not soon. */
export function comeBack(error: unknown): number | null {
  if (!(error instanceof Problem) || (error.status !== 429 && error.status !== 503)) return null
  const seconds = Number(error.where.retry_after ?? 2)
  return seconds > 0 && seconds <= LONGEST_WAIT ? seconds * 1000 : null
}

export const isAbort = (error: unknown): boolean =>
  error instanceof DOMException && error.name === 'AbortError'
