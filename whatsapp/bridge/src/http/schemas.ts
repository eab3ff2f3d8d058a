/** JSON Schemas of the HTTP API: what a command may hold and what an answer looks like. */
import { MAX_OUTGOING_BYTES, OUTGOING_KINDS } from '../session/outgoing.js'
import { STATES } from '../session/states.js'

const text = { type: 'string' } as const
const state = { enum: STATES }
/** A person's address, phone number or LID: exactly the one the message came from. */
const address = { type: 'string', pattern: '^\\d{5,20}@(s\\.whatsapp\\.net|lid)$' }
const messageId = { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' }

const object = (properties: object, optional: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})

export const params = object({ id: { type: 'string', pattern: '^[1-9]\\d{0,17}$' } })

export const mediaParams = object({
  ...params.properties,
  chat: address,
  message: { type: 'string', minLength: 1, maxLength: 128 },
})

export const error = {
  type: 'object',
  required: ['error', 'code'],
  properties: {
    error: text,
    code: text,
    detail: text,
    owner: object({ id: text, url: { type: ['string', 'null'] } }),
  },
}

export const health = object({
  id: text,
  sessions: { type: 'integer' },
  database: { type: 'boolean' },
})

export const session = object({
  session_id: { type: 'integer' },
  state,
  phone: { type: ['string', 'null'] },
  owner: { type: ['string', 'null'] },
})

export const startBody = {
  ...object(
    {
      mode: { enum: ['qr', 'code', 'resume'] },
      phone: { type: 'string', pattern: '^\\d{10,15}$' },
    },
    ['phone'],
  ),
  if: { properties: { mode: { const: 'code' } } },
  // biome-ignore lint/suspicious/noThenProperty: a JSON Schema keyword
  then: { required: ['phone'] },
}
export const stateAnswer = object({ state })

/** Base64 of the largest file. */
const MAX_BODY_TEXT = 4 * Math.ceil(MAX_OUTGOING_BYTES / 3)
/** Of a whole command with such a file. */
export const MAX_SEND_BYTES = MAX_BODY_TEXT + 64 * 1024

export const sendBody = {
  ...object(
    {
      key: messageId,
      to: address,
      text: { type: 'string', minLength: 1, maxLength: 65_536 },
      reaction: object({
        message_id: { type: 'string', minLength: 1, maxLength: 128 },
        from_me: { type: 'boolean' },
        emoji: { type: 'string', maxLength: 32 },
      }),
      media: object(
        {
          kind: { enum: OUTGOING_KINDS },
          mime: { type: 'string', minLength: 1, maxLength: 100 },
          body: { type: 'string', minLength: 1, maxLength: MAX_BODY_TEXT },
          caption: { type: 'string', maxLength: 4_096 },
          filename: { type: 'string', minLength: 1, maxLength: 200 },
        },
        ['caption', 'filename'],
      ),
      quoted: object({
        message_id: { type: 'string', minLength: 1, maxLength: 128 },
        from_me: { type: 'boolean' },
        text: { type: 'string', maxLength: 4_096 },
      }),
      read: {
        type: 'array',
        minItems: 1,
        maxItems: 10,
        items: object({
          chat: address,
          message_ids: {
            type: 'array',
            minItems: 1,
            maxItems: 200,
            items: { type: 'string', minLength: 1, maxLength: 128 },
          },
        }),
      },
      typing_ms: { type: 'integer', minimum: 0, maximum: 10_000 },
    },
    ['text', 'reaction', 'media', 'quoted', 'read', 'typing_ms'],
  ),
  oneOf: [{ required: ['text'] }, { required: ['reaction'] }, { required: ['media'] }],
}
export const sendAnswer = object({ status: { enum: ['sent', 'accepted'] }, key: text })

export const proxyBody = object({
  url: { type: ['string', 'null'], maxLength: 500, pattern: '^(http|socks5)://' },
})

/** Of commands that have nothing to tell. */
export const okAnswer = object({ status: { enum: ['ok'] } })
