import { actions } from '../actions'
import { restoreInit } from '../backups'
import { setDependencies } from '../dependencies'
import { storeJson } from '../fileModels/store.json'
import { setInterfaces } from '../interfaces'
import { sdk } from '../sdk'
import { versionGraph } from '../versions'
import { taskLinkAccount } from './taskLinkAccount'
import { taskMediaSources } from './taskMediaSources'

/** Made before anything watches it, so that the first change is seen as one. */
const makeStore = sdk.setupOnInit(() => storeJson.change((store) => store))

export const init = sdk.setupInit(
  restoreInit,
  versionGraph,
  makeStore,
  setInterfaces,
  setDependencies,
  actions,
  taskLinkAccount,
  taskMediaSources,
)

export const uninit = sdk.setupUninit(versionGraph)
