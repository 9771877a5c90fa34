// A folder whose files are the parts of one table, as programs write them: sent as one tar, so that the parts meet again.

/** An archive may hold so many files. */
export const MOST_PARTS = 1000
const MOST_BYTES = 8 * 2 ** 30
const BLOCK = 512
const NAME_BYTES = 100
const ARCHIVE = /\.(zip|tar|tgz|7z|rar)$/i

/** Whether names that differ in their numbers alone say that files are parts of one table; marks of the writer aside. */
export function areParts(files: readonly File[]): boolean {
  const data = files.filter((file) => file.size > 0 && !file.name.startsWith('_'))
  const kinds = new Set(data.map((file) => file.name.replace(/\d+/g, '#')))
  return (
    data.length > 1 &&
    kinds.size === 1 &&
    data.every((file) => /\d/.test(file.name) && !ARCHIVE.test(file.name)) &&
    files.every((file) => bytes(file.name).length <= NAME_BYTES) &&
    files.reduce((sum, file) => sum + file.size + 2 * BLOCK, 0) < MOST_BYTES
  )
}

/** A tar of the files. Their content stays where it is until it is sent. */
export function packed(name: string, files: readonly File[]): File {
  const pieces = files.flatMap((file) => [
    header(file),
    file,
    new Uint8Array((BLOCK - (file.size % BLOCK)) % BLOCK),
  ])
  const lastModified = Math.max(...files.map((file) => file.lastModified))
  return new File([...pieces, new Uint8Array(2 * BLOCK)], name, { lastModified })
}

const bytes = (text: string) => new TextEncoder().encode(text)
const octal = (value: number, digits: number) => bytes(`${value.toString(8).padStart(digits, '0')}\0`)

/** The block before a file in a tar (POSIX ustar): its name, rights, size and time, and the sum of the block's bytes. */
function header(file: File): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK)
  block.set(bytes(file.name), 0)
  block.set(octal(0o644, 7), 100)
  block.set(octal(file.size, 11), 124)
  block.set(octal(Math.floor(file.lastModified / 1000), 11), 136)
  block.set(bytes('        0'), 148)
  block.set(bytes('ustar\u000000'), 257)
  const sum = block.reduce((before, byte) => before + byte, 0)
  block.set(octal(sum, 6), 148)
  return block
}
