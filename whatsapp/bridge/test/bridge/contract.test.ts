/** The samples in contract/ are what this code accepts and answers: Django's tests read the same files. */
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { PAYLOAD_SCHEMAS } from '../../src/contract.js'
import * as schemas from '../../src/http/schemas.js'
import { faultsOf, payloadFaults } from './support/schemas.js'

const CONTRACT = new URL('../../../contract/', import.meta.url)

interface EventSample {
  kind: string
  chat: string
  message_id: string
  payload: Record<string, unknown>
}

interface CommandSample {
  request: { method: string; path: string; body?: object }
  response: { status: number; body: object }
}

/** Schemas of body and answer by route; answers of 400 and above share one. */
const ROUTES: [RegExp, object | undefined, object][] = [
  [/^GET \/healthz$/, undefined, schemas.health],
  [/^GET \/sessions\/\d+$/, undefined, schemas.session],
  [/^POST \/sessions\/\d+\/start$/, schemas.startBody, schemas.stateAnswer],
  [/^POST \/sessions\/\d+\/(stop|logout)$/, undefined, schemas.stateAnswer],
  [/^POST \/sessions\/\d+\/messages$/, schemas.sendBody, schemas.sendAnswer],
  // The answer that is no error is the file itself.
  [/^GET \/sessions\/\d+\/media\/[^/]+\/[^/]+$/, undefined, {}],
  [/^POST \/sessions\/\d+\/proxy$/, schemas.proxyBody, schemas.okAnswer],
]

describe('contract samples', () => {
  for (const { name, sample } of samples<EventSample>('events/')) {
    it(`event ${name}`, async () => {
      assert.deepEqual(Object.keys(sample), ['kind', 'chat', 'message_id', 'payload'])
      assert.deepEqual(await payloadFaults(sample.kind, sample.payload), [])
      if ('message_id' in sample.payload) {
        assert.equal(sample.payload.message_id, sample.message_id)
        assert.equal(sample.payload.chat, sample.chat)
      }
    })
  }

  for (const { name, sample } of samples<CommandSample>('commands/')) {
    it(`command ${name}`, async () => {
      const { request, response } = sample
      const route = ROUTES.find(([pattern]) => pattern.test(`${request.method} ${request.path}`))
      assert.ok(route, 'no such route')
      const [, body, answer] = route
      const isInvalid = response.status === 400

      const faults = body ? await faultsOf(body, request.body) : []
      assert.equal(faults.length > 0, isInvalid, faults.join())
      const expected = response.status < 400 ? answer : schemas.error
      assert.deepEqual(await faultsOf(expected, response.body), [])
    })
  }

  it('has a sample of every kind of event', () => {
    const kinds = new Set(samples<EventSample>('events/').map(({ sample }) => sample.kind))

    assert.deepEqual([...kinds].sort(), Object.keys(PAYLOAD_SCHEMAS).sort())
  })
})

function samples<T>(folder: string): { name: string; sample: T }[] {
  const url = new URL(folder, CONTRACT)
  return readdirSync(url).map((name) => ({
    name,
    sample: JSON.parse(readFileSync(new URL(name, url), 'utf8')) as T,
  }))
}
