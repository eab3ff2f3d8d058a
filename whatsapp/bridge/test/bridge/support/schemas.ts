/** Checks a value against a JSON Schema with fastify's own validator. */
import fastify from 'fastify'
import { type EventKind, PAYLOAD_SCHEMAS } from '../../../src/contract.js'

interface Question {
  schema: Record<string, unknown>
  value: unknown
}

const app = fastify({
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, strictTypes: false } },
})
app.post<{ Body: Question }>('/', async (request) => {
  const { schema, value } = request.body
  const validate = request.compileValidationSchema(schema)
  return validate(value)
    ? []
    : (validate.errors ?? []).map((fault) => `${fault.instancePath} ${fault.message}`)
})

/** What is wrong, or nothing. */
export async function faultsOf(schema: object, value: unknown): Promise<string[]> {
  const response = await app.inject({ method: 'POST', url: '/', payload: { schema, value } })
  return response.json()
}

export function payloadFaults(kind: string, payload: unknown): Promise<string[]> {
  const schema = PAYLOAD_SCHEMAS[kind as EventKind]
  return schema ? faultsOf(schema, payload) : Promise.resolve([`unknown kind ${kind}`])
}
