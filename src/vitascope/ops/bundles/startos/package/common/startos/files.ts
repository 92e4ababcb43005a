import { chmod, chown, mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes beside the file and renames, keeping its owner and mode: whoever reads or watches it never sees half of it,
 * and a crash leaves the old one. (The SDK's own `write` and `merge` truncate first.)
 */
export async function replaceFile(path: string, text: string, mode = 0o600): Promise<void> {
  const before = await stat(path).catch(() => null)
  const fresh = `${path}.new`
  await mkdir(dirname(path), { recursive: true })
  const file = await open(fresh, 'w', mode)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(fresh, before ? before.mode & 0o777 : mode)
  if (before) await chown(fresh, before.uid, before.gid)
  await rename(fresh, path)
}

/** Runs changes of one file one after another. */
export function inOrder(): <A>(change: () => Promise<A>) => Promise<A> {
  let last: Promise<unknown> = Promise.resolve()
  return (change) => {
    const next = last.then(change, change)
    last = next.catch(() => undefined)
    return next
  }
}
