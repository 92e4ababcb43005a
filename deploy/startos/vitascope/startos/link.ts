import { Preferences, preferencesXml } from './fileModels/preferences.xml'
import { storeJson } from './fileModels/store.json'

/** `unknown` while the server is half through writing its preferences. */
export type Link = 'linked' | 'unlinked' | 'unknown'

/** The server writes `PlexOnlineToken` when the exchange of the claim token has succeeded. */
export function linkOf({ readable, attributes }: Preferences): Link {
  if (!readable) return 'unknown'
  return attributes.PlexOnlineToken ? 'linked' : 'unlinked'
}

export async function isLinked(): Promise<boolean> {
  const [link, noted] = await Promise.all([
    preferencesXml.read(linkOf).once(),
    storeJson.read((store) => store.linked === true).once(),
  ])
  return link === 'linked' || noted === true
}
