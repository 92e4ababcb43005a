import { mediaSources } from '../actions/mediaSources'
import { sdk } from '../sdk'
import { service } from '../service'
import { selectedSources } from '../sources'

const { id, severity, reason } = service.tasks.mediaSources

/** There while nothing is selected. */
export const taskMediaSources = sdk.setupOnInit(async (effects) => {
  if ((await selectedSources(effects)).length) {
    await sdk.action.clearTask(effects, id)
  } else {
    await sdk.action.createOwnTask(effects, mediaSources, severity, { reason, replayId: id })
  }
})
