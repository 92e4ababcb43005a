import { setTimeout as delay } from 'node:timers/promises'
import { linkAccount } from '../actions/linkAccount'
import { claimOf, expiresAt, forgetClaim, isPending } from '../claim'
import { preferencesXml } from '../fileModels/preferences.xml'
import { storeJson } from '../fileModels/store.json'
import { isLinked, linkOf } from '../link'
import { sdk } from '../sdk'
import { service } from '../service'

const { id, severity, reason } = service.tasks.linkAccount
let wasLinked = false

/**
 * There while the server is neither linked nor about to be. What was stored to link it with is erased here: as soon as
 * it is linked, and when it has become too old. (StartOS does not start a service that has a critical task, so the task
 * must be away while a token waits to be used.)
 */
export const taskLinkAccount = sdk.setupOnInit(async (effects) => {
  const link = await preferencesXml.read(linkOf).const(effects)
  const stored = await storeJson.read((store) => ({ claim: claimOf(store), linked: store.linked })).const(effects)
  if (link === 'unknown') return
  let linked = link === 'linked' || stored?.linked === true
  if (!linked && wasLinked) {
    // The server may be replacing its file at this moment, and a critical task would stop it.
    await delay(2000)
    linked = await isLinked()
  }
  wasLinked = linked

  const claim = stored?.claim
  const pending = !linked && claim !== undefined && isPending(claim, Date.now())
  if (claim && !pending) await forgetClaim(claim)
  if (linked || pending) {
    await sdk.action.clearTask(effects, id)
  } else {
    // Somebody may have linked it since we looked, and a critical task would stop the server.
    const newest = await storeJson.read(claimOf).once()
    if (!newest || !isPending(newest, Date.now())) {
      await sdk.action.createOwnTask(effects, linkAccount, severity, { reason, replayId: id })
    }
  }
  if (claim && pending) {
    // Writing the store brings us here again, whatever became of the claim in the meantime.
    const timer = setTimeout(() => void forgetClaim(claim).catch(console.error), expiresAt(claim) - Date.now())
    effects.onLeaveContext(() => clearTimeout(timer))
  }
})
