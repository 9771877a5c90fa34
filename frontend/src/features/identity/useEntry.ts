import { type FormEvent, useState } from 'react'
import { toProblem } from '@/lib/problem'

/** A form that opens a session: one request at a time, words when it fails, and then on to a page of the app. */
export function useEntry(enter: (form: FormData) => Promise<unknown>, next: () => string) {
  const [problem, setProblem] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    setProblem(null)
    try {
      await enter(new FormData(event.currentTarget))
      // Another root layout: a full navigation, after which the cookie opens the session again.
      window.location.assign(next())
    } catch (error) {
      setProblem(toProblem(error).message)
      setBusy(false)
    }
  }
  return { submit, busy, problem }
}

export const text = (form: FormData, name: string): string => String(form.get(name) ?? '')

/** A parameter of the address, read when it is needed: these pages are drawn before there is an address. */
export const parameter = (name: string): string | null =>
  new URLSearchParams(window.location.search).get(name)
