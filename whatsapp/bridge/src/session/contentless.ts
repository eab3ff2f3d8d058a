/**
 * Messages that come without content: the first one after an advertisement above all, a new client's. Baileys asks the
 * salon's phone for them once, two seconds after the acknowledgement, and forgets it when nobody answers for eight.
 */
import { type BinaryNode, decodeMessageNode, jidNormalizedUser, type WAMessage } from 'baileys'
import { isPerson } from './normalise.js'

/** Nobody sends these again: they are for one pair of eyes, or another device's. */
const NEVER_AGAIN = new Set([
  'bot_unavailable_fanout',
  'hosted_unavailable_fanout',
  'view_once',
  'view_once_unavailable_fanout',
])

/** The header of a customer's message that came without content; undefined for every other stanza. */
export function contentless(
  stanza: BinaryNode,
  me: { id: string; lid?: string | undefined } | undefined,
): WAMessage | undefined {
  const { content, attrs } = stanza
  // Only own messages name a recipient.
  if (!me || !isPerson(attrs.from ?? '') || attrs.recipient) return undefined
  const parts = Array.isArray(content) ? content : []
  const why = parts.find(({ tag }) => tag === 'unavailable')?.attrs.type
  if (parts.some(({ tag }) => tag === 'enc' || tag === 'plaintext')) return undefined
  if (why && NEVER_AGAIN.has(why)) return undefined
  const header = decodeMessageNode(stanza, me.id, me.lid ?? '').fullMessage
  return header.key.fromMe ? undefined : header
}

/** The addresses under which its content may come. */
export function chatsOf({ key }: WAMessage): string[] {
  return [key.remoteJid, key.remoteJidAlt].flatMap((jid) => (jid ? [jidNormalizedUser(jid)] : []))
}
