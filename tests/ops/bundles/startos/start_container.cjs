// A stand-in for start-container: mounts for real, notes what it is asked to launch, and launches a server of the
// original image's contract (PLEX_CLAIM is exchanged while Preferences.xml has no token; /identity answers).
//
// What the server does is told by files in the test's folder: `status` is what /identity answers with, `refuse-claim`
// makes the exchange fail, `identity` is the answer.
'use strict'

const fs = require('node:fs')
const http = require('node:http')
const path = require('node:path')
const { execFileSync } = require('node:child_process')

const [workFolder, verb, ...rest] = process.argv.slice(2)
const told = (name) => {
  try {
    return fs.readFileSync(path.join(workFolder, name), 'utf8')
  } catch {
    return null
  }
}
const note = (what) => fs.appendFileSync(path.join(workFolder, 'launched.jsonl'), `${JSON.stringify(what)}\n`)

function option(name) {
  const at = rest.indexOf(name)
  return at < 0 ? undefined : rest[at + 1]
}

if (verb === 'bind-mount') {
  const [source, target] = [option('--source'), option('--target')]
  execFileSync('/bin/mount', ['--rbind', source, target])
  note({ bind: { source, target: target.replace(/^.*\/rootfs-\d+/, ''), file: rest.includes('--file') } })
} else {
  const words = rest.slice(1)
  const options = words.filter((word) => word.startsWith('--'))
  const [rootfs, ...command] = words.filter((word) => !word.startsWith('--'))
  process.on('SIGTERM', () => process.exit(143))
  if (!command.length) {
    setInterval(() => undefined, 1 << 30)
  } else {
    const environment = Object.fromEntries(
      options.filter((one) => one.startsWith('--env=')).map((one) => one.slice(6).split(/=(.*)/s).slice(0, 2)),
    )
    note({ launch: { command, environment, asInit: rest[0] === 'launch', secrets: secrets(rootfs, environment) } })
    serve(rootfs, environment)
  }
}

function secrets(rootfs, environment) {
  const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'))
  return Object.fromEntries(files.map(([name, file]) => [name, fs.readFileSync(path.join(rootfs, file), 'utf8')]))
}

function serve(rootfs, environment) {
  const folder = path.join(rootfs, 'config/Library/Application Support/Plex Media Server')
  const file = path.join(folder, 'Preferences.xml')
  fs.mkdirSync(folder, { recursive: true })
  let text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '<?xml version="1.0" encoding="utf-8"?>\n<Preferences/>\n'
  if (!text.includes('MachineIdentifier=')) text = text.replace('<Preferences', '<Preferences MachineIdentifier="m"')
  if (environment.PLEX_CLAIM && told('refuse-claim') === null && !text.includes('PlexOnlineToken=')) {
    text = text.replace(/\/>|>\s*<\/Preferences>/, ` PlexOnlineToken="token-for-${environment.PLEX_CLAIM}"/>`)
  }
  fs.writeFileSync(file, text) // as the original does: in place
  http
    .createServer((request, response) => {
      response.statusCode = request.url === '/identity' ? Number(told('status') ?? 200) : 404
      response.setHeader('content-type', 'text/xml')
      response.end(told('identity') ?? '<MediaContainer size="0" claimed="0" machineIdentifier="m" version="1"/>')
    })
    .listen(32400, '127.0.0.1')
}
