/**
 * What happened to sent messages, read from WhatsApp's own stanzas.
 *
 * Not from Baileys' events: these come merged into other events, wait in its buffer for up to 30 s, and are dropped
 * when a socket ends. Rows made from the stanza are committed before Baileys' acknowledgement of it leaves.
 */
import { areJidsSameUser, type BinaryNode, type Contact, jidNormalizedUser } from 'baileys'
import type { MessageStatus } from '../contract.js'
import { makeEvent } from '../events.js'
import type { EventRow } from '../store/rows.js'
import { isPerson } from './normalise.js'

const STATUS_OF = new Map<string | undefined, MessageStatus>([
  [undefined, 'delivered'],
  ['read', 'read'],
  ['played', 'read'],
])

/** Status rows for a receipt of the other person's devices; none for anything else. */
export function receiptEvents(
  stanza: BinaryNode,
  me: Contact | undefined,
  now: number,
): EventRow[] {
  const { from, id, type, recipient, t } = stanza.attrs
  const status = STATUS_OF.get(type)
  if (!status || !from || !id || recipient || !isPerson(from)) return []
  // Our own devices tell each other what was read: that is about messages we received.
  if (areJidsSameUser(from, me?.id) || areJidsSameUser(from, me?.lid)) return []
  return [id, ...listed(stanza)].map((messageId) =>
    statusEvent(jidNormalizedUser(from), messageId, status, Number(t) || now),
  )
}

export function statusEvent(
  chat: string,
  messageId: string,
  status: MessageStatus,
  timestamp: number,
  error?: string,
): EventRow {
  return makeEvent(
    'status',
    { message_id: messageId, chat, status, ...(error ? { error } : {}), timestamp },
    { chat, messageId },
  )
}

/** A receipt for several messages names the others in a list. */
function listed(stanza: BinaryNode): string[] {
  if (!Array.isArray(stanza.content)) return []
  const list = stanza.content.find((child) => child.tag === 'list')
  if (!Array.isArray(list?.content)) return []
  return list.content.flatMap(({ tag, attrs }) => (tag === 'item' && attrs.id ? [attrs.id] : []))
}
