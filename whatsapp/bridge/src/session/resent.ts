/**
 * Messages that came without content (the first one after an advertisement, a one-time picture) and were sent again by
 * the salon's own phone on request. They arrive inside another message, so they cannot be journaled with a ratchet
 * step: a crash between that message's receipt and this row loses them.
 */
import { jidNormalizedUser, type WAMessage } from 'baileys'
import { makeEvent } from '../events.js'
import type { EventRow } from '../store/rows.js'
import { addressesOf, describeContent, isPerson } from './normalise.js'

/** The message as an event; none when it is not one of a person, or still empty. */
export function resentEvents({ key, message, messageTimestamp, pushName }: WAMessage): EventRow[] {
  const { remoteJid, remoteJidAlt, id, fromMe } = key
  if (!remoteJid || !id || !message || !isPerson(remoteJid)) return []
  const chat = jidNormalizedUser(remoteJid)
  const event = makeEvent(
    'message',
    {
      ...addressesOf(chat, remoteJidAlt),
      from_me: fromMe === true,
      message_id: id,
      push_name: pushName ?? null,
      timestamp: Number(messageTimestamp) || 0,
      offline: false,
      ...describeContent(message),
    },
    { chat, messageId: id },
  )
  return [event]
}
