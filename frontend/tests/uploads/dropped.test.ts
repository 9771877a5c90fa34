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
    expect(names).toEqual(['b.csv', 'a.csv', 'c.csv', 'z.csv'])
  })

  it('stops at a number that must be a mistake', async () => {
    const many = folder(
      'home',
      Array.from({ length: MOST_FILES + 9 }, (_, index) => file(`${index}.csv`)),
    )
    expect(await droppedFiles(drop([many]))).toHaveLength(MOST_FILES)
  })
})
