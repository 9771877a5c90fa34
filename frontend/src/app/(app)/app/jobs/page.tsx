'use client'

import { JobList } from '@/features/jobs/components/JobList'
import { PageHeader } from '@/ui/PageHeader'

export default function Jobs() {
  return (
    <>
      <PageHeader title="Jobs" facts="Loads, PDF editions and exports of this workspace." />
      <JobList />
    </>
  )
}
