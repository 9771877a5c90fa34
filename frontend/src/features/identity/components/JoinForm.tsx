'use client'

import { useEffect, useState } from 'react'
import { join } from '@/lib/session'
import { parameter, text, useEntry } from '../useEntry'
import { Field } from './Field'

export function JoinForm() {
  const [lacksToken, setLacksToken] = useState(false)
  const { submit, busy, problem } = useEntry(
    (form) => join({ token: parameter('token') ?? '', password: text(form, 'password') }),
    () => '/app/',
  )
  useEffect(() => setLacksToken(!parameter('token')), [])

  return (
    <>
      {lacksToken && (
        <div className="notice bad" role="alert">
          This address lacks its one-time token. Open the whole link of your invitation, or ask for a new one.
        </div>
      )}
      <form className="form" onSubmit={submit}>
        <Field
          label="Choose a password"
          name="password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          hint="At least 10 characters. A few unrelated words are easy to remember and hard to guess."
          required
        />
        <button className="button" type="submit" disabled={busy || lacksToken}>
          {busy ? 'Joining…' : 'Join workspace'}
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
