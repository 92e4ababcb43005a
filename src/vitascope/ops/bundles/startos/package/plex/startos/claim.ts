import { Store, storeJson } from './fileModels/store.json'
import { sdk } from './sdk'
import { service } from './service'

/** What the server is to be linked with, and when it was stored. */
export type Claim = { token: string | null; storedAt: number | null }

export const claimOf = (store: Store): Claim => ({ token: store.claimToken, storedAt: store.claimTokenStoredAt })

export const expiresAt = ({ storedAt }: Claim): number => ((storedAt ?? 0) + service.claimSeconds) * 1000

/** A clock that was put back does not keep a token alive. */
export function isPending(claim: Claim, now: number): boolean {
  const left = expiresAt(claim) - now
  return Boolean(claim.token) && left > 0 && left <= (service.claimSeconds + 1) * 1000
}

/** Whether the server need not be started again: the same, or nothing. */
export const sameClaim = (running: Claim | null, stored: Claim | null): boolean =>
  !stored?.token || (stored.token === running?.token && stored.storedAt === running?.storedAt)

export const claimEnvironment = ({ token }: Claim): Record<string, string> => (token ? { PLEX_CLAIM: token } : {})

type Mounts = ReturnType<typeof sdk.Mounts.of>
export const withClaim = (mounts: Mounts, _claim: Claim): Mounts => mounts

export async function storeClaim(token: string): Promise<void> {
  const claimTokenStoredAt = Math.floor(Date.now() / 1000)
  await storeJson.change((store) => ({ ...store, claimToken: token, claimTokenStoredAt }))
}

/** Erases the claim, unless another one has been stored meanwhile. */
export async function forgetClaim(claim: Claim): Promise<void> {
  await storeJson.change((store) =>
    sameClaim(claim, claimOf(store)) ? { ...store, claimToken: null, claimTokenStoredAt: null } : store,
  )
}

/** The server's own preferences say whether it is linked. */
export async function noteIdentity(_body: string): Promise<void> {}
