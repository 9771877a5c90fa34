// What was dropped: files, and the files of folders.

import { areParts, MOST_PARTS, packed } from './parts'

/** More than this is taken for a mistake, such as a home folder. */
export const MOST_FILES = 500

/**
 * Every file that a drop holds, those inside folders too; hidden files are left out. A folder of the parts of one table
 * is one file. Throws above the most.
 */
export async function droppedFiles(data: DataTransfer | null): Promise<File[]> {
  if (!data) return []
  // Entries are only there while the event is handled: all are taken before the first is waited for.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null)
  if (!entries.some((entry) => entry?.isDirectory)) return [...data.files]
  const found: File[] = []
  for (const entry of entries) if (entry) await collect(entry, found)
  if (found.length > MOST_FILES) {
    throw new Error(
      `More than ${MOST_FILES} files are in what was dropped. None was loaded: drop fewer at once, or pack them as .zip.`,
    )
  }
  return found
}

async function collect(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (entry.name.startsWith('.') || found.length > MOST_FILES) return
  if (entry.isFile) {
    found.push(await fileOf(entry))
    return
  }
  const entries = (await entriesOf(entry as FileSystemDirectoryEntry)).filter(
    (one) => !one.name.startsWith('.'),
  )
  if (entries.length <= MOST_PARTS && entries.every((one) => one.isFile)) {
    const files = await Promise.all(entries.map(fileOf))
    if (areParts(files)) {
      found.push(packed(`${entry.name}.tar`, files))
      return
    }
  }
  for (const one of entries) await collect(one, found)
}

const fileOf = (entry: FileSystemEntry): Promise<File> =>
  new Promise((take, fail) => (entry as FileSystemFileEntry).file(take, fail))

/** What a folder holds, by name. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  // A reader gives a folder in portions, and an empty one at its end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail))
    if (portion.length === 0)
      return found.sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }))
    found.push(...portion)
  }
}
