import { renderHook } from '@testing-library/react'
import { type HttpResponse, Upload } from 'tus-js-client'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useTransfers } from '@/features/uploads/list'
import { cancelTransfer, dismissTransfer, takeFiles } from '@/features/uploads/store'
import { client } from '@/lib/client'
import { Problem } from '@/lib/problem'

const { begun } = vi.hoisted(() => ({ begun: [] as { jobId: string; end: () => void }[] }))
const sent: Upload[] = []

vi.mock('@/lib/jobs', () => ({
  watchJob: (jobId: string, told: (job: unknown) => void) =>
    new Promise<void>((resolve) => {
      const end = () => {
        told({ id: jobId, state: 'succeeded', result: { dataset_ids: [] } })
        resolve()
      }
      begun.push({ jobId, end })
    }),
}))

const csv = (...names: string[]) => names.map((name) => new File(['a,b\n1,2\n'], `${name}.csv`))
const names = () => sent.map((one) => (one.file as File).name)
const transfers = () => renderHook(() => useTransfers()).result.current
const phases = () => Object.fromEntries(transfers().map((one) => [one.name, one.phase]))

const arrive = (upload: Upload | undefined) => {
  if (!upload) throw new Error('nothing was sent')
  upload.url = `/api/v1/uploads/${(upload.file as File).name}`
  upload.options.onSuccess?.({ lastResponse: {} as HttpResponse })
}

beforeEach(() => {
  for (const one of transfers()) dismissTransfer(one.key)
  sent.length = 0
  begun.length = 0
  vi.spyOn(Upload.prototype, 'findPreviousUploads').mockResolvedValue([])
  vi.spyOn(Upload.prototype, 'abort').mockResolvedValue()
  vi.spyOn(Upload.prototype, 'start').mockImplementation(function (this: Upload) {
    sent.push(this)
  })
  vi.spyOn(client, 'GET').mockImplementation((async (_path: string, { params }: never) => {
    const { upload_id: id } = (params as { path: { upload_id: string } }).path
    return { data: { job_id: `job of ${id}` }, response: new Response() }
  }) as never)
})

describe('files that are dropped together', () => {
  it('are sent two at a time, in their order, and all of them arrive', async () => {
    takeFiles(csv('one', 'two', 'three', 'four', 'five'))
    await vi.waitFor(() => expect(names()).toEqual(['one.csv', 'two.csv']))
    expect(phases()).toMatchObject({ 'three.csv': 'waiting', 'four.csv': 'waiting', 'five.csv': 'waiting' })

    arrive(sent[1])
    await vi.waitFor(() => expect(names()).toEqual(['one.csv', 'two.csv', 'three.csv']))
    expect(phases()).toMatchObject({ 'two.csv': 'loading', 'four.csv': 'waiting' })

    for (const upload of [sent[0], sent[2]]) arrive(upload)
    await vi.waitFor(() => expect(names().slice(3)).toEqual(['four.csv', 'five.csv']))

    for (const upload of sent.slice(3)) arrive(upload)
    await vi.waitFor(() => expect(begun).toHaveLength(5))
    for (const job of begun) job.end()
    expect(new Set(Object.values(phases()))).toEqual(new Set(['ready']))
  })

  it('do not wait for ever when the first two arrive at the same moment', async () => {
    takeFiles(csv('one', 'two', 'three'))
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    for (const upload of [...sent]) arrive(upload)
    await vi.waitFor(() => expect(names()).toEqual(['one.csv', 'two.csv', 'three.csv']))
    arrive(sent[2])
    await vi.waitFor(() => expect(begun).toHaveLength(3))
    for (const job of begun) job.end()
  })

  it('go on when one is refused, another is lost on arrival and a third is cancelled', async () => {
    takeFiles(csv('refused', 'lost', 'cancelled', 'last'))
    await vi.waitFor(() => expect(sent).toHaveLength(2))
    sent[0]?.options.onError?.(new Error('too large'))
    await vi.waitFor(() => expect(names()).toEqual(['refused.csv', 'lost.csv', 'cancelled.csv']))

    const gone = new Problem({ title: 'Gone', code: 'upload_missing', detail: 'There is no such upload.' })
    vi.mocked(client.GET).mockRejectedValueOnce(gone)
    arrive(sent[1])
    await vi.waitFor(() => expect(sent).toHaveLength(4))

    await cancelTransfer(transfers().find((one) => one.name === 'cancelled.csv')?.key ?? '')
    arrive(sent[3])
    await vi.waitFor(() => expect(begun).toHaveLength(1))
    begun[0]?.end()
    expect(phases()).toEqual({
      'refused.csv': 'failed',
      'lost.csv': 'failed',
      'cancelled.csv': 'cancelled',
      'last.csv': 'ready',
    })
  })
})
