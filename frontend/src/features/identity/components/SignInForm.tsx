'use client'

import { useEffect, useState } from 'react'
import { safeNext } from '@/config/paths'
import { isSetupNeeded, mayHaveSession, refreshSession, signIn } from '@/lib/session'
import { parameter, text, useEntry } from '../useEntry'
import { Field } from './Field'

export function SignInForm() {
  const [setupNeeded, setSetupNeeded] = useState(false)
  const next = () => safeNext(parameter('next'))
  const { submit, busy, problem } = useEntry(
    (form) => signIn({ email: text(form, 'email').trim(), password: text(form, 'password') }),
    next,
  )

  useEffect(() => {
    isSetupNeeded()
      .then(setSetupNeeded)
      .catch(() => undefined) // signing in will say what is wrong
    // Who came without being sent here may have a session already.
    if (!parameter('next') && !parameter('out') && mayHaveSession()) {
      refreshSession()
        .then((session) => {
          if (session.status === 'open') window.location.replace('/app/')
        })
        .catch(() => undefined)
    }
  }, [])

  return (
    <>
      {setupNeeded && (
        <div className="notice" role="status">
          This installation has no account yet. Open the one-time link that the server printed when it
          started.
        </div>
      )}
      <form className="form" onSubmit={submit}>
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
        <Field label="Password" name="password" type="password" autoComplete="current-password" required />
        <button className="button" type="submit" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
      </form>
      {problem && (
        <div className="notice bad" role="alert">
          {problem}
        </div>
      )}
    </>
  )
}
