import { sdk } from './sdk'
import { service } from './service'

export const setInterfaces = sdk.setupInterfaces(async ({ effects }) => {
  const host = sdk.MultiHost.of(effects, 'ui')
  const origin = await host.bindPort(service.port, { protocol: 'http' })
  const ui = sdk.createInterface(effects, {
    id: 'ui',
    name: service.check.name,
    description: 'Plex web interface',
    type: 'ui',
    masked: false,
    schemeOverride: null,
    username: null,
    path: service.webPath,
    query: {},
  })
  return [await origin.export([ui])]
})
