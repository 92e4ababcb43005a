// As much of StartOS as a package can see: the effects it calls, kept in memory, and the order in which the system calls
// it. One JSON command a line on stdin, one answer a line on the file descriptor that is named; what the package prints
// goes to stderr.
//
// It runs in its own mount, network and process namespaces, where /media/startos is a folder of the test's. The one
// program of the system that a package starts, start-container, is a stand-in beside this file.
'use strict'

const path = require('node:path')
const fs = require('node:fs')
const readline = require('node:readline')
const childProcess = require('node:child_process')

const [bundlePath, workFolder, answersTo] = process.argv.slice(2)
console.log = console.info = console.debug = console.error

// --- the clock: `advance` moves it, and ends every wait of ten seconds or more that is over by then
let shift = 0
const waits = new Map()
const realNow = Date.now.bind(Date)
const realPerformanceNow = performance.now.bind(performance)
const realSetTimeout = global.setTimeout
const realClearTimeout = global.clearTimeout
Date.now = () => realNow() + shift
performance.now = () => realPerformanceNow() + shift
global.setTimeout = (fn, ms = 0, ...args) => {
  if (ms < 10_000) return realSetTimeout(fn, ms, ...args)
  const handle = { unref: () => handle, ref: () => handle, hasRef: () => true, [Symbol.toPrimitive]: () => 0 }
  waits.set(handle, { due: Date.now() + ms, run: () => fn(...args) })
  return handle
}
global.clearTimeout = (handle) => (waits.delete(handle) ? undefined : realClearTimeout(handle))
function advance(ms) {
  shift += ms
  for (const [handle, { due, run }] of [...waits].sort((a, b) => a[1].due - b[1].due)) {
    if (due <= Date.now() && waits.delete(handle)) run()
  }
}

// --- programs of the system
const standIn = path.join(__dirname, 'start_container.cjs')
for (const name of ['spawn', 'execFile']) {
  const real = childProcess[name]
  childProcess[name] = (command, args, ...rest) =>
    command === 'start-container'
      ? real(process.execPath, [standIn, workFolder, ...args], ...rest)
      : real(command, args, ...rest)
}

const bundle = require(bundlePath)

// --- what the system knows about the package
const system = {
  actions: {},
  tasks: {},
  interfaces: {},
  bindings: [],
  dependencies: [],
  health: {},
  mounted: [],
  dataVersion: null,
  errors: [],
  starts: 0,
}
let running = null
let rootfsCount = 0
let eventCount = 0

// The system goes from one state of the service to the next one after the other.
let transition = Promise.resolve()
function inOrder(step) {
  const next = transition.then(step, step)
  transition = next.catch((error) => system.errors.push(String(error)))
  return next
}

function makeEffects(eventId, constRetry) {
  const children = new Map()
  const leavers = []
  const effects = {
    eventId,
    constRetry,
    isInContext: true,
    onLeaveContext: (fn) => leavers.push(fn),
    child(name) {
      children.get(name)?.leave()
      const child = makeEffects(eventId, undefined)
      children.set(name, child)
      return child.effects
    },
    clearCallbacks: async () => null,
    action: {
      export: async ({ id, metadata }) => void (system.actions[id] = metadata),
      clear: async ({ except }) => {
        for (const id of Object.keys(system.actions)) if (!except.includes(id)) delete system.actions[id]
      },
      createTask: async (task) => {
        if (!system.actions[task.actionId]) throw new Error(`a task for ${task.actionId}, which is no action`)
        system.tasks[task.replayId] = task
        if (task.severity === 'critical') void stop()
        return null
      },
      clearTasks: async ({ only }) => {
        for (const id of only) delete system.tasks[id]
        return null
      },
    },
    setDependencies: async ({ dependencies }) => void (system.dependencies = dependencies),
    getDependencies: async () => system.dependencies,
    setHealth: async ({ id, ...result }) => void (system.health[id] = result),
    bind: async (binding) => void system.bindings.push(binding),
    clearBindings: async () => null,
    exportServiceInterface: async (one) => void (system.interfaces[one.id] = one),
    clearServiceInterfaces: async ({ except }) => {
      for (const id of Object.keys(system.interfaces)) if (!except.includes(id)) delete system.interfaces[id]
    },
    mount: async ({ location, target }) => {
      system.mounted.push({ location: location.replace(/^.*\/rootfs-\d+/, ''), ...target })
      return location
    },
    subcontainer: {
      createFs: async () => {
        const rootfs = path.join(workFolder, `rootfs-${rootfsCount++}`)
        fs.mkdirSync(path.join(rootfs, 'proc/1'), { recursive: true })
        return [rootfs, `guid-${rootfsCount}`]
      },
      destroyFs: async () => null,
    },
    setDataVersion: async ({ version }) => void (system.dataVersion = version),
    getDataVersion: async () => system.dataVersion,
    setInitProgress: async () => null,
    setBackupProgress: async () => null,
  }
  const leave = () => {
    effects.isInContext = false
    for (const child of children.values()) child.leave()
    for (const fn of leavers) fn()
  }
  return { effects, leave }
}

// The context of init lives as long as the package's container: as this process.
const always = makeEffects('init')

async function start() {
  const critical = Object.values(system.tasks).filter((task) => task.severity === 'critical')
  if (critical.length) throw new Error(`refused: ${critical.map((task) => task.replayId).join(', ')} must be done first`)
  await inOrder(launch)
}

async function launch() {
  if (running) return
  const context = makeEffects(`main-${++eventCount}`, () => void restart())
  running = { context }
  system.starts += 1
  system.mounted = []
  running.daemons = await (await bundle.main({ effects: context.effects })).build()
}

const stop = () => inOrder(halt)
const restart = () => inOrder(() => halt().then(launch))

async function halt() {
  const before = running
  running = null
  await before?.daemons?.term()
  before?.context.leave()
  system.health = {}
}

async function runAction(id, input) {
  const metadata = system.actions[id]
  if (!metadata) throw new Error(`there is no action ${id}`)
  if (metadata.allowedStatuses === 'only-stopped' && running) throw new Error(`refused: ${id} is for a stopped service`)
  if (metadata.allowedStatuses === 'only-running' && !running) throw new Error(`refused: ${id} is for a running service`)
  const { effects, leave } = makeEffects(`action-${++eventCount}`)
  try {
    const action = bundle.actions.get(id)
    await action.getInput({ effects, prefill: null })
    const result = await action.run({ effects, input })
    // The system takes a click for done; the package must say so itself when it is not.
    for (const [replayId, task] of Object.entries(system.tasks)) {
      if (task.actionId === id && !task.when) delete system.tasks[replayId]
    }
    return result
  } finally {
    leave()
  }
}

const commands = {
  init: ({ kind }) => bundle.init({ effects: always.effects, kind }),
  start,
  stop,
  restart,
  run: ({ action, input }) => runAction(action, input),
  async form({ action }) {
    const { effects, leave } = makeEffects(`form-${++eventCount}`)
    const found = await bundle.actions.get(action).getInput({ effects, prefill: null })
    leave()
    return found
  },
  backup: () => bundle.createBackup({ effects: makeEffects('backup').effects }),
  advance: ({ ms }) => advance(ms),
  clock: () => Date.now(),
  manifest: () => bundle.manifest,
  state: () => ({ ...system, running: Boolean(running) }),
}

const answers = fs.createWriteStream('', { fd: Number(answersTo) })
let before = Promise.resolve()
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const { do: name, ...given } = JSON.parse(line)
  before = before.then(async () => {
    let answer
    try {
      answer = { value: (await commands[name](given)) ?? null }
    } catch (error) {
      answer = { error: String(error?.message ?? error) }
    }
    answers.write(`${JSON.stringify(answer)}\n`)
  })
}).on('close', () => before.finally(() => process.exit(0)))
