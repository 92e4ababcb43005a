import { FileHelper, z } from '@start9labs/start-sdk'
import { inOrder, replaceFile } from '../files'
import { sdk } from '../sdk'

/** The package's own state. Keys that are not named here survive. */
const shape = z.looseObject({
  claimToken: z.string().nullable().catch(null),
  /** Seconds since 1970. */
  claimTokenStoredAt: z.number().nullable().catch(null),
  mediaSources: z.array(z.string()).catch([]),
  linked: z.boolean().optional().catch(undefined),
})
export type Store = z.infer<typeof shape>

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // A token and a selection are lost, and the tasks ask for them again.
    return {}
  }
}

const file = FileHelper.raw<Store>(
  { base: sdk.volumes.startos, subpath: '/store.json' },
  (store) => `${JSON.stringify(store, null, 2)}\n`,
  parse,
  (data) => shape.catch(() => shape.parse({})).parse(data),
)
const change = inOrder()

export const storeJson = {
  path: file.path,
  read: file.read.bind(file) as typeof file.read,
  /** Reads, changes and writes as one step; nothing is written when nothing changes. */
  change: (alter: (store: Store) => Store) =>
    change(async () => {
      const found = await file.read().once()
      const before = found ?? shape.parse({})
      const text = file.writeData(alter(before))
      if (!found || text !== file.writeData(before)) await replaceFile(file.path, text)
    }),
}
