import { rm } from 'node:fs/promises'
import { Store, storeJson } from './fileModels/store.json'
import { replaceFile } from './files'
import { sdk } from './sdk'
import { service } from './service'

/** What the server is to be claimed with, a token or an owner, and when it was stored. */
export type Claim = { token: string | null; owner: string | null; storedAt: number | null }

const PASSWORD = 'owner-password'
const MOUNTED = '/run/secrets/owner-password'

export const claimOf = (store: Store): Claim => ({
  token: store.claimToken,
  owner: typeof store.ownerName === 'string' ? store.ownerName : null,
  storedAt: store.claimTokenStoredAt,
})

export const expiresAt = ({ storedAt }: Claim): number => ((storedAt ?? 0) + service.claimSeconds) * 1000

/** A clock that was put back does not keep a token alive. */
export function isPending(claim: Claim, now: number): boolean {
  const left = expiresAt(claim) - now
  return Boolean(claim.token || claim.owner) && left > 0 && left <= (service.claimSeconds + 1) * 1000
}

/** Whether the server need not be started again: the same, or nothing. */
export const sameClaim = (running: Claim | null, stored: Claim | null): boolean =>
  !(stored?.token || stored?.owner) ||
  (stored.token === running?.token && stored.owner === running?.owner && stored.storedAt === running?.storedAt)

export function claimEnvironment({ token, owner }: Claim): Record<string, string> {
  if (token) return { PLEX_CLAIM: token }
  return owner ? { VITASCOPE_OWNER: owner, VITASCOPE_OWNER_PASSWORD_FILE: MOUNTED } : {}
}

type Mounts = ReturnType<typeof sdk.Mounts.of>
export function withClaim(mounts: Mounts, { token, owner }: Claim): Mounts {
  if (token || !owner) return mounts
  return mounts.mountVolume({
    volumeId: 'startos',
    subpath: PASSWORD,
    mountpoint: MOUNTED,
    type: 'file',
    readonly: true,
  })
}

const now = () => Math.floor(Date.now() / 1000)

export async function storeClaim(token: string): Promise<void> {
  const claimTokenStoredAt = now()
  await storeJson.change((store) => ({ ...store, claimToken: token, claimTokenStoredAt, ownerName: null }))
  await rm(sdk.volumes.startos.subpath(PASSWORD), { force: true })
}

export async function storeOwner(name: string, password: string): Promise<void> {
  // Inside the container the server is not root; only this container gets to see the file.
  await replaceFile(sdk.volumes.startos.subpath(PASSWORD), password, 0o444)
  const claimTokenStoredAt = now()
  await storeJson.change((store) => ({ ...store, claimToken: null, claimTokenStoredAt, ownerName: name }))
}

/** Erases the claim, unless another one has been stored meanwhile. */
export async function forgetClaim(claim: Claim): Promise<void> {
  let forgotten = false
  await storeJson.change((store) => {
    forgotten = sameClaim(claim, claimOf(store))
    return forgotten ? { ...store, claimToken: null, claimTokenStoredAt: null, ownerName: null } : store
  })
  if (forgotten) await rm(sdk.volumes.startos.subpath(PASSWORD), { force: true })
}

/** `/identity` tells anyone whether the server belongs to somebody; the preferences need not. */
export async function noteIdentity(body: string): Promise<void> {
  const claimed = /<MediaContainer\b[^>]*\sclaimed="([01])"/.exec(body)?.[1]
  if (claimed) await storeJson.change((store) => ({ ...store, linked: claimed === '1' }))
}
