import { T } from '@start9labs/start-sdk'
import { noteIdentity } from './claim'
import { service } from './service'

const { success, failure } = service.check

/**
 * Only a 2xx counts: while the server brings its database up to date after an upgrade it answers 503, and it is not
 * ready then.
 */
export async function checkWeb(): Promise<Omit<T.NamedHealthCheckResult, 'name'>> {
  try {
    const answer = await fetch(`http://127.0.0.1:${service.port}${service.healthPath}`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    })
    const body = await answer.text()
    if (!answer.ok) return { result: 'failure', message: failure }
    await noteIdentity(body).catch(console.error)
    return { result: 'success', message: success }
  } catch {
    return { result: 'failure', message: failure }
  }
}
