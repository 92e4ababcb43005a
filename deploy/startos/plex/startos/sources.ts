import { T } from '@start9labs/start-sdk'
import { storeJson } from './fileModels/store.json'
import { service } from './service'

export type Source = (typeof service.sources)[number]

/** The selected media sources; who asks runs again when the selection changes. */
export async function selectedSources(effects: T.Effects): Promise<Source[]> {
  const selected = await storeJson.read((store) => store.mediaSources).const(effects)
  return service.sources.filter((source) => selected?.includes(source.id))
}
