import { storeClaim } from '../claim'
import { isLinked } from '../link'
import { sdk } from '../sdk'
import { service } from '../service'
import { mustFit } from './fit'
import { linkAccountInput } from './inputs'

const { id, metadata } = service.actions.linkAccount

export const linkAccount = sdk.Action.withInput(
  id,
  metadata,
  linkAccountInput,
  async () => ({}),
  async ({ input, spec }) => {
    mustFit(spec, input)
    if (await isLinked()) {
      return { version: '1', title: metadata.name, message: 'This server is linked already.', result: null }
    }
    await storeClaim(input.claimToken)
    return {
      version: '1',
      title: metadata.name,
      message: 'The server links itself to the account when it starts. Then sign in from any Plex app or the web UI.',
      result: null,
    }
  },
)
