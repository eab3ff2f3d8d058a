/** From a decrypted WhatsApp message to the payload of a "message" event. Pure; never throws on strange content. */
import {
  isHostedLidUser,
  isHostedPnUser,
  isJidMetaAI,
  isLidUser,
  isPnUser,
  jidDecode,
  jidNormalizedUser,
  normalizeMessageContent,
  proto,
} from 'baileys'
import type { MessagePayload, MessageType } from '../contract.js'

export type Content = Pick<
  MessagePayload,
  'type' | 'text' | 'reaction' | 'quoted' | 'voice' | 'protocol' | 'target'
>

const PROTOCOL_NAMES = new Map<number, string>(
  Object.entries(proto.Message.ProtocolMessage.Type)
    .filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    .map(([name, number]) => [number, name.toLowerCase()]),
)

/** Whom the bridge talks with. Groups, statuses, newsletters, bots and WhatsApp's own announcements are left alone. */
export function isPerson(jid: string): boolean {
  if (jid.startsWith('0@') || isJidMetaAI(jid)) return false
  return Boolean(isPnUser(jid) || isLidUser(jid) || isHostedPnUser(jid) || isHostedLidUser(jid))
}

/** What a person sees of a message: its kind, its text or caption, what it answers. */
export function describeContent(message: proto.IMessage | null | undefined): Content {
  const content = normalizeMessageContent(message ?? undefined)
  if (!content) return { type: 'other', text: '' }
  const described = describe(content)
  const quoted = quotedOf(content)
  return quoted ? { ...described, quoted } : described
}

function describe(content: proto.IMessage): Content {
  const plain = (type: MessageType, text?: string | null): Content => ({ type, text: text ?? '' })
  if (content.conversation) return plain('text', content.conversation)
  if (content.extendedTextMessage) return plain('text', content.extendedTextMessage.text)
  if (content.buttonsResponseMessage) {
    return plain('text', content.buttonsResponseMessage.selectedDisplayText)
  }
  if (content.templateButtonReplyMessage) {
    return plain('text', content.templateButtonReplyMessage.selectedDisplayText)
  }
  if (content.listResponseMessage) return plain('text', content.listResponseMessage.title)
  if (content.interactiveResponseMessage) {
    return plain('text', content.interactiveResponseMessage.body?.text)
  }
  if (content.reactionMessage) {
    const { key, text } = content.reactionMessage
    return { ...plain('reaction'), reaction: { message_id: key?.id ?? '', emoji: text ?? '' } }
  }
  if (content.imageMessage) return plain('image', content.imageMessage.caption)
  if (content.videoMessage) return plain('video', content.videoMessage.caption)
  if (content.ptvMessage) return plain('video', content.ptvMessage.caption)
  if (content.audioMessage) {
    return { ...plain('audio'), voice: content.audioMessage.ptt === true }
  }
  if (content.documentMessage) {
    return plain('document', content.documentMessage.caption ?? content.documentMessage.fileName)
  }
  if (content.stickerMessage || content.lottieStickerMessage) return plain('sticker')
  if (content.locationMessage) {
    return plain('location', content.locationMessage.name ?? content.locationMessage.address)
  }
  if (content.liveLocationMessage) return plain('location', content.liveLocationMessage.caption)
  if (content.contactMessage) return plain('contact', content.contactMessage.displayName)
  if (content.contactsArrayMessage)
    return plain('contact', content.contactsArrayMessage.displayName)
  const poll =
    content.pollCreationMessage ?? content.pollCreationMessageV2 ?? content.pollCreationMessageV3
  if (poll) return plain('poll', poll.name)
  if (content.pollUpdateMessage) return plain('poll')
  if (content.protocolMessage) {
    const { type, key, editedMessage } = content.protocolMessage
    const edited = normalizeMessageContent(editedMessage ?? undefined)
    return {
      ...plain('other', edited && describe(edited).text),
      protocol: PROTOCOL_NAMES.get(type ?? 0) ?? `type_${type}`,
      ...(key?.id ? { target: key.id } : {}),
    }
  }
  // A text message of zero length still has the field.
  return plain(typeof content.conversation === 'string' && isBare(content) ? 'text' : 'other')
}

function isBare(content: proto.IMessage): boolean {
  return Object.keys(content).every((name) =>
    ['conversation', 'messageContextInfo', 'senderKeyDistributionMessage'].includes(name),
  )
}

function quotedOf(content: proto.IMessage): MessagePayload['quoted'] {
  for (const part of Object.values(content)) {
    const info = (part as { contextInfo?: proto.IContextInfo | null } | null)?.contextInfo
    if (info?.stanzaId && info.quotedMessage) {
      const quoted = normalizeMessageContent(info.quotedMessage)
      return { message_id: info.stanzaId, text: quoted ? describe(quoted).text : '' }
    }
  }
  return undefined
}

/** Both addresses of the person a message was exchanged with, and the phone number when one of them tells. */
export function addressesOf(
  chat: string,
  alt: string | null | undefined,
): Pick<MessagePayload, 'chat' | 'chat_alt' | 'phone' | 'lid'> {
  const main = jidNormalizedUser(chat)
  const other = alt ? jidNormalizedUser(alt) : ''
  const both = [main, other]
  const pn = both.find((jid) => isPnUser(jid))
  return {
    chat: main,
    chat_alt: other && other !== main ? other : null,
    phone: (pn && jidDecode(pn)?.user) || null,
    lid: both.find((jid) => isLidUser(jid)) ?? null,
  }
}
