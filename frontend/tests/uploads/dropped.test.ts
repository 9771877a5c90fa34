import { describe, expect, it } from 'vitest'
import { droppedFiles, MOST_FILES } from '@/features/uploads/dropped'

const file = (name: string) => ({
  name,
  isFile: true,
  isDirectory: false,
  file: (take: (file: File) => void) => take(new File(['a'], name)),
})

const folder = (name: string, children: unknown[]) => ({
  name,
  isFile: false,
  isDirectory: true,
  createReader: () => {
    const portions = [children.slice(0, 2), children.slice(2)].filter((portion) => portion.length > 0)
    return { readEntries: (take: (entries: unknown[]) => void) => take(portions.shift() ?? []) }
  },
})

const drop = (entries: unknown[], files: File[] = []) =>
  ({ items: entries.map((entry) => ({ webkitGetAsEntry: () => entry })), files }) as unknown as DataTransfer

describe('what was dropped', () => {
  it('is the files themselves when no folder is among them', async () => {
    const plain = [new File(['a'], 'a.csv'), new File(['b'], 'b.csv')]
    expect(await droppedFiles(drop([file('a.csv'), file('b.csv')], plain))).toEqual(plain)
    expect(await droppedFiles(null)).toEqual([])
  })

  it('holds the files of folders, however deep, without hidden ones', async () => {
    const tree = folder('year', [
      file('b.csv'),
      file('.hidden'),
      folder('month', [file('c.csv')]),
      file('a.csv'),
    ])
    const names = (await droppedFiles(drop([tree, file('z.csv')]))).map((one) => one.name)
    expect(names).toEqual(['a.csv', 'b.csv', 'c.csv', 'z.csv'])
  })

  it('is one file where a folder holds the parts of one table', async () => {
    const spark = folder('sales', [
      file('part-01.csv'),
      file('_SUCCESS'),
      file('part-00.csv'),
      file('.part.crc'),
    ])
    const [one, ...more] = await droppedFiles(drop([spark]))
    expect([one?.name, more.length]).toEqual(['sales.tar', 0])
    const text = await one?.text()
    expect(text?.length).toBe(8 * 512)
    const member = (at: number) => text?.slice(at * 512, at * 512 + 100).replaceAll('\0', '')
    expect([member(0), member(2), member(4)]).toEqual(['_SUCCESS', 'part-00.csv', 'part-01.csv'])
    expect(text?.slice(124, 136)).toBe('00000000001\0')
  })

  it.each([
    ['names that differ in more than numbers', ['north-1.csv', 'south-2.csv']],
    ['one file', ['part-1.csv']],
    ['archives', ['part-1.zip', 'part-2.zip']],
    ['names without numbers', ['a.csv', 'b.csv']],
  ])('is each file by itself for %s', async (_, names) => {
    const found = await droppedFiles(drop([folder('f', names.map(file))]))
    expect(found.map((one) => one.name)).toEqual(names)
  })

  it('is nothing, and says so, when there are so many that it must be a mistake', async () => {
    const many = (count: number) =>
      folder(
        'home',
        Array.from({ length: count }, (_, index) => file(`${index % 2 ? 'a' : 'b'}${index}.csv`)),
      )
    expect(await droppedFiles(drop([many(MOST_FILES)]))).toHaveLength(MOST_FILES)
    await expect(droppedFiles(drop([many(MOST_FILES + 9)]))).rejects.toThrow('None was loaded')
  })
})
