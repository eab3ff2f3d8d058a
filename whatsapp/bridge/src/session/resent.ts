/**
 * Messages that came without content (the first one after an advertisement, a one-time picture) and were sent again by
 * the salon's own phone on request. They arrive inside another message and are journaled with its ratchet step. Not
 * from Baileys' event: its buffer drops what tells them from others.
 */
import { jidNormalizedUser, proto, type WAMessage } from 'baileys'
import { makeEvent } from '../events.js'
import type { EventRow } from '../store/rows.js'
import { addressesOf, describeContent, isPerson } from './normalise.js'

/** The messages that an answer of the phone brings; those that cannot be read are left out. */
export function resentIn(message: proto.IMessage): WAMessage[] {
  const answer = message.protocolMessage?.peerDataOperationRequestResponseMessage
  return (answer?.peerDataOperationResult ?? []).flatMap((result) => {
    const bytes = result.placeholderMessageResendResponse?.webMessageInfoBytes
    try {
      return bytes?.length ? [proto.WebMessageInfo.decode(bytes) as WAMessage] : []
    } catch {
      return []
    }
  })
}

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
