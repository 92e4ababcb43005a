import { claimEnvironment, claimOf, isPending, sameClaim, withClaim } from './claim'
import { storeJson } from './fileModels/store.json'
import { isLinked } from './link'
import { checkWeb } from './health'
import { sdk } from './sdk'
import { service } from './service'
import { selectedSources } from './sources'

export const main = sdk.setupMain(async ({ effects }) => {
  let mounts = sdk.Mounts.of()
  for (const { volumeId, mountpoint } of service.mounts) {
    mounts = mounts.mountVolume({ volumeId, mountpoint, subpath: null, readonly: false })
  }
  for (const { id, volumeId, mountpoint } of await selectedSources(effects)) {
    mounts = mounts.mountDependency({ dependencyId: id, volumeId, mountpoint, subpath: null, readonly: true })
  }

  // A new token starts the server again, so that it can be used; one that was erased does not.
  const stored = await storeJson.read(claimOf, sameClaim).const(effects)
  const claim = stored && isPending(stored, Date.now()) && !(await isLinked()) ? stored : null

  return sdk.Daemons.of(effects).addDaemon('primary', {
    subcontainer: sdk.SubContainer.of(
      effects,
      { imageId: service.imageId },
      claim ? withClaim(mounts, claim) : mounts,
      service.imageId,
    ),
    exec: {
      command: sdk.useEntrypoint(),
      runAsInit: true,
      env: { ...service.environment, ...(claim ? claimEnvironment(claim) : {}) },
    },
    ready: { display: service.check.name, gracePeriod: service.check.graceMs, fn: checkWeb },
    requires: [],
  })
})
