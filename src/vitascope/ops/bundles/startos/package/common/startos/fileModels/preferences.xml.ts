import { readFile } from 'node:fs/promises'
import { FileHelper } from '@start9labs/start-sdk'
import { inOrder, replaceFile } from '../files'
import { sdk } from '../sdk'

/**
 * The server's own settings file: one element with attributes. It belongs to the server, which rewrites it at run time;
 * the package sets single attributes and only while the server is stopped. Everything else stays byte for byte.
 */
export type Preferences = {
  /** Not the case while the server is half through writing it. */
  readable: boolean
  attributes: Record<string, string>
}

const ATTRIBUTE = /([^\s=/>"'<]+)(\s*=\s*)("[^"<]*"|'[^'<]*')/g
const DOCUMENT =
  /^(\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?<Preferences)((?:\s+[^\s=/>"'<]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)(\s*\/>\s*|\s*>\s*<\/Preferences\s*>\s*)$/
const EMPTY = '<?xml version="1.0" encoding="utf-8"?>\n<Preferences/>\n'
const NAMED: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function unescape(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name) return NAMED[name] ?? whole
    const code = decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

function escape(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;')
}

function parse(text: string): Preferences {
  const document = DOCUMENT.exec(text)
  if (!document) return { readable: false, attributes: {} }
  const attributes: Record<string, string> = {}
  for (const [, name, , quoted] of (document[2] ?? '').matchAll(ATTRIBUTE)) {
    if (name && quoted) attributes[name] = unescape(quoted.slice(1, -1))
  }
  return { readable: true, attributes }
}

function withAttribute(text: string, name: string, value: string): string | null {
  const document = DOCUMENT.exec(text)
  if (!document) return null
  const [, head, attributes, tail] = document
  let found = false
  const changed = (attributes ?? '').replace(ATTRIBUTE, (whole, key, equals) => {
    if (key !== name) return whole
    found = true
    return `${key}${equals}"${escape(value)}"`
  })
  return `${head}${changed}${found ? '' : ` ${name}="${escape(value)}"`}${tail}`
}

const file = FileHelper.raw<Preferences>(
  {
    base: sdk.volumes.config,
    subpath: '/Library/Application Support/Plex Media Server/Preferences.xml',
  },
  () => {
    throw new Error('Preferences.xml is merged, never written whole')
  },
  parse,
  (data) => data as Preferences,
)
const change = inOrder()

export const preferencesXml = {
  path: file.path,
  read: file.read.bind(file) as typeof file.read,
  /** Sets attributes. Throws when the file is there and cannot be understood; then it is as it was. */
  merge: (attributes: Record<string, string>) =>
    change(async () => {
      const before = await readFile(file.path, 'utf8').catch((error) => {
        if (error.code === 'ENOENT') return EMPTY
        throw error
      })
      let text = before
      for (const [name, value] of Object.entries(attributes)) {
        if (/[\u0000-\u001f\u007f\ufffe\uffff]/.test(value)) throw new Error(`${name} cannot hold control characters`)
        const next = withAttribute(text, name, value)
        if (next === null) throw new Error(`${file.path} is not a preferences file; nothing was changed`)
        text = next
      }
      if (text !== before) await replaceFile(file.path, text)
    }),
}
