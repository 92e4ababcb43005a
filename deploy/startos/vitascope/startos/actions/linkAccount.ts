import { storeClaim, storeOwner } from '../claim'
import { isLinked } from '../link'
import { sdk } from '../sdk'
import { service } from '../service'
import { mustFit } from './fit'
import { linkAccountInput } from './inputs'

const { id, metadata } = service.actions.linkAccount

const told = (message: string) => ({ version: '1' as const, title: metadata.name, message, result: null })

export const linkAccount = sdk.Action.withInput(
  id,
  metadata,
  linkAccountInput,
  async () => ({}),
  async ({ input, spec }) => {
    mustFit(spec, input)
    const { claimToken, ownerName, ownerPassword } = input
    if (await isLinked()) return told('This server has an owner already.')
    if (claimToken) {
      if (ownerName || ownerPassword) throw new Error('Give a claim token, or an owner with a password, not both')
      await storeClaim(claimToken)
      return told('The token is exchanged when the server starts; then sign in as the owner.')
    }
    if (!ownerName || !ownerPassword) throw new Error('Give a claim token, or an owner and a password')
    await storeOwner(ownerName, ownerPassword)
    return told('The owner is made when the server starts; then sign in.')
  },
)
