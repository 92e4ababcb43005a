import { storeJson } from '../fileModels/store.json'
import { sdk } from '../sdk'
import { service } from '../service'
import { mustFit } from './fit'
import { mediaSourcesInput } from './inputs'

const { id, metadata } = service.actions.mediaSources

export const mediaSources = sdk.Action.withInput(
  id,
  metadata,
  mediaSourcesInput,
  async () => {
    const selected = await storeJson.read((store) => store.mediaSources).once()
    return { mediaSources: service.sources.map((source) => source.id).filter((one) => selected?.includes(one)) }
  },
  async ({ input, spec }) => {
    mustFit(spec, input)
    await storeJson.change((store) => ({ ...store, mediaSources: input.mediaSources }))
  },
)
