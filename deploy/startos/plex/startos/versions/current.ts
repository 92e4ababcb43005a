import { VersionInfo } from '@start9labs/start-sdk'

// Made from the description of the service; see CONTRIBUTING.md.
export const current = VersionInfo.of({
  version: '0.1.0:0',
  releaseNotes: { en_US: 'The first version of this package.' },
  migrations: {},
})
