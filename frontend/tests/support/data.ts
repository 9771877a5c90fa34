import type { Answer, Column, Job, Me, Session } from '@/api/types'
import type { Source } from '@/lib/ask'

export const columns: Column[] = [
  { id: 'c1', name: 'Order id', type: 'integer' },
  { id: 'c2', name: 'Order date', type: 'date' },
  { id: 'c3', name: 'Region', type: 'text' },
  { id: 'c4', name: 'Amount', type: 'decimal' },
  { id: 'c5', name: 'Paid', type: 'boolean' },
]

const profile = { null_count: 0, distinct_is_approximate: false, top: [], histogram: [] }

export const source: Source = {
  id: '7b0c0d1e-0000-4000-8000-000000000001',
  name: 'orders',
  versionId: '7b0c0d1e-0000-4000-8000-000000000002',
  rowCount: 1000,
  columns,
  profile: [
    { ...profile, id: 'c1', distinct_count: 1000, min: 1, max: 1000 },
    { ...profile, id: 'c2', distinct_count: 365, min: '2024-01-01', max: '2025-12-30' },
    { ...profile, id: 'c3', distinct_count: 4, null_count: 20 },
    { ...profile, id: 'c4', distinct_count: 800, min: '1.5', max: '99.5' },
    { ...profile, id: 'c5', distinct_count: 2, true_count: 600 },
  ],
}

export const answer: Answer = {
  columns: [
    { key: 'd0', label: 'Region', type: 'text', role: 'dimension' },
    { key: 'm0', label: 'Sum of Amount', type: 'decimal', role: 'measure' },
  ],
  data: { d0: ['North', 'South', null], m0: ['1204.50', '99.00', '3.25'] },
  row_count: 3,
  total_count: 3,
  truncated: false,
  version_id: '7b0c0d1e-0000-4000-8000-000000000002',
  engine: 'duckdb',
}

export const me: Me = {
  user: { id: 'u1', name: 'Ada', email: 'ada@example.org', is_super_admin: true },
  workspace: { id: 'w1', name: 'North Star', time_zone: 'UTC' },
  role: 'admin',
  permissions: ['datasets.load', 'datasets.edit', 'jobs.read'],
  workspaces: [{ id: 'w1', name: 'North Star', role: 'admin' }],
}

export const session = (token: string): Session => ({ access_token: token, expires_in: 300, me })

export const job = (change: Partial<Job>): Job => ({
  id: 'j1',
  kind: 'datasets.load',
  label: 'orders.csv',
  state: 'running',
  progress: null,
  attempt: 1,
  error: null,
  result: null,
  log: [],
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
  ...change,
})
