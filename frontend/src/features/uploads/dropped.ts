// What was dropped: files, and the files of folders.

/** More than this is taken for a mistake, such as a home folder. */
export const MOST_FILES = 500

/** Every file that a drop holds, those inside folders too; hidden files are left out. */
export async function droppedFiles(data: DataTransfer | null): Promise<File[]> {
  if (!data) return []
  // Entries are only there while the event is handled: all are taken before the first is waited for.
  const entries = [...data.items].map((item) => item.webkitGetAsEntry?.() ?? null)
  if (!entries.some((entry) => entry?.isDirectory)) return [...data.files]
  const found: File[] = []
  for (const entry of entries) if (entry) await collect(entry, found)
  return found
}

async function collect(entry: FileSystemEntry, found: File[]): Promise<void> {
  if (entry.name.startsWith('.') || found.length >= MOST_FILES) return
  if (entry.isFile) {
    found.push(await new Promise<File>((take, fail) => (entry as FileSystemFileEntry).file(take, fail)))
    return
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader()
  // A reader gives a folder in portions, and an empty one at its end.
  for (;;) {
    const portion = await new Promise<FileSystemEntry[]>((take, fail) => reader.readEntries(take, fail))
    if (portion.length === 0) return
    for (const one of portion.sort((a, b) => a.name.localeCompare(b.name))) await collect(one, found)
  }
}
