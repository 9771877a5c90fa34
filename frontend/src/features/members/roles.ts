import type { Role } from '@/api/types'

export const roles: readonly { value: Role; label: string; hint: string }[] = [
  { value: 'admin', label: 'Admin', hint: 'Everything, and the members' },
  { value: 'analyst', label: 'Analyst', hint: 'Loads data, asks, writes reports' },
  { value: 'viewer', label: 'Viewer', hint: 'Reads and downloads' },
]
