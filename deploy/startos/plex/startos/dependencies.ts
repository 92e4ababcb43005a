import { T } from '@start9labs/start-sdk'
import { manifest } from './manifest'
import { sdk } from './sdk'
import { selectedSources } from './sources'

/** Declared only while they are selected as media sources. */
export const setDependencies = sdk.setupDependencies(async ({ effects }) => {
  const required: T.CurrentDependenciesResult<typeof manifest> = {}
  for (const source of await selectedSources(effects)) {
    required[source.id] = { kind: 'exists', versionRange: source.versionRange }
  }
  return required
})
