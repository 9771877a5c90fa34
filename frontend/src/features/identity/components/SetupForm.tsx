'use client'

import { useEffect, useState } from 'react'
import { isSetupNeeded, setUp } from '@/lib/session'
import { parameter, text, useEntry } from '../useEntry'
import { Field } from './Field'

type Situation = 'ready' | 'no-token' | 'done'

export function SetupForm() {
  const [situation, setSituation] = useState<Situation>('ready')
  const { submit, busy, problem } = useEntry(
    (form) =>
      setUp({
        token: parameter('token') ?? '',
        workspace_name: text(form, 'workspace').trim(),
        name: text(form, 'name').trim(),
        email: text(form, 'email').trim(),
        password: text(form, 'password'),
      }),
    () => '/app/',
  )

  useEffect(() => {
    if (!parameter('token')) setSituation('no-token')
    isSetupNeeded()
      .then((needed) => !needed && setSituation('done'))
      .catch(() => undefined)
  }, [])

  if (situation === 'done') {
    return (
      <div className="notice" role="status">
        This installation is set up already. <a href="/sign-in/">Sign in</a> with your account.
      </div>
    )
  }
  return (
    <>
      {situation === 'no-token' && (
        <div className="notice bad" role="alert">
          This address lacks its one-time token. Open the whole link that the server printed when it started.
        </div>
      )}
      <form className="form" onSubmit={submit}>
        <Field label="Workspace name" name="workspace" autoComplete="organization" maxLength={200} required />
        <Field label="Your name" name="name" autoComplete="name" maxLength={200} required />
        <Field label="E-mail address" name="email" type="email" autoComplete="username" required />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          hint="At least 10 characters. A few unrelated words are easy to remember and hard to guess."
          required
        />
        <button className="button" type="submit" disabled={busy || situation === 'no-token'}>
          {busy ? 'Creating…' : 'Create workspace'}
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
