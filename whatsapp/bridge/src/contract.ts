/** Events as rows of bridge.events carry them: the other half of this agreement is Django's, samples are in contract/. */

export const MESSAGE_TYPES = [
  'text',
  'image',
  'video',
  'audio',
  'document',
  'sticker',
  'location',
  'contact',
  'reaction',
  'poll',
  'other',
] as const
export type MessageType = (typeof MESSAGE_TYPES)[number]

export interface MessagePayload {
  /** The address that wrote (or was written to): answer to exactly this one. */
  chat: string
  /** The same person's other address (PN or LID), when known. */
  chat_alt: string | null
  /** Digits of the phone number, when known. */
  phone: string | null
  lid: string | null
  /** Written on the salon's own phone (or another of its devices), not by this bridge. */
  from_me: boolean
  message_id: string
  push_name: string | null
  /** Unix seconds, WhatsApp's own. */
  timestamp: number
  /** It waited at WhatsApp while the session was away. */
  offline: boolean
  type: MessageType
  /** Text or caption; "" when there is none. */
  text: string
  /** Emoji "" takes the reaction back. */
  reaction?: { message_id: string; emoji: string }
  quoted?: { message_id: string; text: string }
  voice?: boolean
  /**
   * Only with type "other": what WhatsApp does behind the scenes. "message_edit": `target` now says `text`;
   * "revoke": `target` was deleted; anything else is nothing to answer.
   */
  protocol?: string
  /** Id of the message that is edited or deleted. */
  target?: string
}

export const STATUSES = ['sent', 'delivered', 'read', 'failed'] as const
export type MessageStatus = (typeof STATUSES)[number]

export interface Payloads {
  message: MessagePayload
  status: {
    message_id: string
    chat: string
    status: MessageStatus
    error?: string
    timestamp: number
  }
  qr: { qr: string; expires_in: number; number: number }
  /** `version`: WhatsApp Web's, as this bridge tells it; only when it was refused. */
  qr_ended: { reason: string; version?: string }
  pairing_code: { code: string; phone: string; expires_in: number }
  pairing_failed: { code: string; message: string }
  connected: {
    phone: string
    jid: string
    lid: string | null
    name: string | null
    /** Just paired: the first connection after a scan or a code. */
    fresh: boolean
  }
  disconnected: { code: number; reason: string; will_reconnect: boolean; version?: string }
  logged_out: { code: number; reason: string }
  undecryptable: { chat: string; message_id: string; reason: string }
  /** A person began to type, or stopped; told only for some seconds after their message. */
  typing: { chat: string; typing: boolean }
  /** Addresses of people whose chats were on the phone before it was linked; told after the first connection. */
  history: { jids: readonly string[] }
}
export type EventKind = keyof Payloads

const text = { type: 'string' } as const
const optionalText = { type: ['string', 'null'] } as const
const flag = { type: 'boolean' } as const
const integer = { type: 'integer' } as const
const phone = { type: 'string', pattern: '^\\d{5,20}$' } as const

const object = (properties: object, optional: readonly string[] = []) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
})

/** JSON Schemas of the payloads: the samples in contract/ and rows written by tests are checked against them. */
export const PAYLOAD_SCHEMAS: Record<EventKind, object> = {
  message: object(
    {
      chat: text,
      chat_alt: optionalText,
      phone: { ...phone, type: ['string', 'null'] },
      lid: optionalText,
      from_me: flag,
      message_id: text,
      push_name: optionalText,
      timestamp: integer,
      offline: flag,
      type: { enum: MESSAGE_TYPES },
      text,
      reaction: object({ message_id: text, emoji: text }),
      quoted: object({ message_id: text, text }),
      voice: flag,
      protocol: text,
      target: text,
    },
    ['reaction', 'quoted', 'voice', 'protocol', 'target'],
  ),
  status: object(
    { message_id: text, chat: text, status: { enum: STATUSES }, error: text, timestamp: integer },
    ['error'],
  ),
  qr: object({ qr: text, expires_in: integer, number: integer }),
  qr_ended: object({ reason: text, version: text }, ['version']),
  pairing_code: object({ code: text, phone, expires_in: integer }),
  pairing_failed: object({ code: text, message: text }),
  connected: object({ phone, jid: text, lid: optionalText, name: optionalText, fresh: flag }),
  disconnected: object({ code: integer, reason: text, will_reconnect: flag, version: text }, [
    'version',
  ]),
  logged_out: object({ code: integer, reason: text }),
  undecryptable: object({ chat: text, message_id: text, reason: text }),
  typing: object({ chat: text, typing: flag }),
  history: object({ jids: { type: 'array', items: text } }),
}
