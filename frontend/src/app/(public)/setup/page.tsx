import type { Metadata } from 'next'
import { Door } from '@/features/identity/components/Door'
import { SetupForm } from '@/features/identity/components/SetupForm'

export const metadata: Metadata = { title: 'Set up', robots: { index: false } }

export default function Page() {
  return (
    <Door title="Set up Tablewright" lead="Make the first account and its workspace. You will be the admin.">
      <SetupForm />
    </Door>
  )
}
