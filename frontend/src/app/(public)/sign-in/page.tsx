import type { Metadata } from 'next'
import { Door } from '@/features/identity/components/Door'
import { SignInForm } from '@/features/identity/components/SignInForm'

export const metadata: Metadata = { title: 'Sign in', robots: { index: false } }

export default function Page() {
  return (
    <Door title="Sign in" lead="Welcome back to your workspace.">
      <SignInForm />
    </Door>
  )
}
