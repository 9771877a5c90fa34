import type { Metadata } from 'next'
import { Door } from '@/features/identity/components/Door'
import { JoinForm } from '@/features/identity/components/JoinForm'

export const metadata: Metadata = { title: 'Join', robots: { index: false } }

export default function Page() {
  return (
    <Door title="Join a workspace" lead="You have been invited. Choose a password, and you are in.">
      <JoinForm />
    </Door>
  )
}
