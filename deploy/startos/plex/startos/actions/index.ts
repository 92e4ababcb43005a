import { sdk } from '../sdk'
import { linkAccount } from './linkAccount'
import { mediaSources } from './mediaSources'
import { serverName } from './serverName'

export const actions = sdk.Actions.of().addAction(linkAccount).addAction(mediaSources).addAction(serverName)
