import { sdk } from './sdk'
import { service } from './service'

/** Volumes come back before the service starts: `restoreInit` is the first step of `init`. */
export const { createBackup, restoreInit } = sdk.setupBackups(async () => {
  const backups = sdk.Backups.withOptions({ exclude: [...service.backup.without] })
  for (const volume of service.backup.volumes) backups.addVolume(volume)
  return backups
})
