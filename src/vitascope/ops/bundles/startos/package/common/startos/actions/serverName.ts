import { preferencesXml } from '../fileModels/preferences.xml'
import { sdk } from '../sdk'
import { service } from '../service'
import { mustFit } from './fit'
import { serverNameInput } from './inputs'

const { id, metadata } = service.actions.serverName

/** Only while stopped: the server owns the file and rewrites it at run time. */
export const serverName = sdk.Action.withInput(
  id,
  metadata,
  serverNameInput,
  async () => {
    const name = await preferencesXml.read(({ attributes }) => attributes.FriendlyName).once()
    return name ? { name } : {}
  },
  async ({ input, spec }) => {
    mustFit(spec, input)
    await preferencesXml.merge({ FriendlyName: input.name })
  },
)
