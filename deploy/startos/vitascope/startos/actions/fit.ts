import { T } from '@start9labs/start-sdk'

/**
 * Throws what is wrong with an action's input. The form in the browser says the same while a person types, but the SDK
 * checks only types when the action runs, and another caller may send anything.
 */
export function mustFit(spec: T.inputSpecTypes.InputSpec, input: Record<string, unknown>): void {
  for (const [id, field] of Object.entries(spec)) {
    const value = input[id]
    if (field.type === 'text') {
      const wrong = wrongText(field, typeof value === 'string' ? value : '')
      if (wrong) throw new Error(`${field.name}: ${wrong}`)
    }
    if (field.type === 'multiselect') {
      const chosen = Array.isArray(value) ? value : []
      const unknown = chosen.find((one) => !Object.hasOwn(field.values, String(one)))
      if (unknown !== undefined) throw new Error(`${field.name}: there is no ${String(unknown)}`)
      if (chosen.length < (field.minLength ?? 0)) throw new Error(`${field.name}: choose at least ${field.minLength}`)
    }
  }
}

function wrongText(field: T.inputSpecTypes.ValueSpecText, text: string): string | null {
  if (!text) return field.required ? 'it is missing' : null
  if (/\p{Cc}/u.test(text)) return 'it has a character that cannot be shown'
  if (text.length < (field.minLength ?? 0)) return `at least ${field.minLength} characters are needed`
  if (text.length > (field.maxLength ?? Infinity)) return `at most ${field.maxLength} characters are taken`
  return field.patterns.find(({ regex }) => !new RegExp(regex, 'u').test(text))?.description ?? null
}
