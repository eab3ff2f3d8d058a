/** WhatsApp message contents: made from a control request, and described for a chat log. */
import { randomBytes } from 'node:crypto'
import { normalizeMessageContent, type proto } from 'baileys'
import type { ChatMessage, Kind } from './chats.js'

export interface Content {
  text?: string
  image?: { caption?: string }
  audio?: boolean
  sticker?: boolean
  location?: { latitude?: number; longitude?: number; name?: string; address?: string }
  reaction?: { message_id: string; emoji: string }
}

export interface Target {
  /** The message that is quoted or reacted to, if it is known. */
  known: ChatMessage | undefined
  id: string
  /** Address of the chat, as the sender sees it. */
  chat: string
  /** The sender's own address in that chat. */
  own: string
}

/** There is no media server: links lead nowhere, the keys are well-formed. */
const media = (mimetype: string) => ({
  url: 'https://mmg.whatsapp.net/sandbox/none.enc',
  directPath: '/sandbox/none.enc',
  mimetype,
  mediaKey: randomBytes(32),
  fileSha256: randomBytes(32),
  fileEncSha256: randomBytes(32),
  fileLength: 2048,
})

export function makeContent(content: Content, target?: Target): proto.IMessage {
  if (content.reaction && target) {
    const key = {
      remoteJid: target.chat,
      fromMe: target.known?.direction === 'out',
      id: target.id,
    }
    return { reactionMessage: { key, text: content.reaction.emoji, senderTimestampMs: Date.now() } }
  }
  const contextInfo = target && {
    stanzaId: target.id,
    participant: target.known?.direction === 'out' ? target.own : target.chat,
    quotedMessage: { conversation: target.known?.text ?? '' },
  }
  if (content.image) {
    return {
      imageMessage: {
        ...media('image/jpeg'),
        caption: content.image.caption ?? '',
        width: 64,
        height: 64,
        ...(contextInfo && { contextInfo }),
      },
    }
  }
  if (content.audio) {
    return { audioMessage: { ...media('audio/ogg; codecs=opus'), seconds: 3, ptt: true } }
  }
  if (content.sticker)
    return { stickerMessage: { ...media('image/webp'), width: 512, height: 512 } }
  if (content.location) {
    const { latitude = 55.76, longitude = 37.61, name = '', address = '' } = content.location
    return {
      locationMessage: { degreesLatitude: latitude, degreesLongitude: longitude, name, address },
    }
  }
  if (contextInfo) return { extendedTextMessage: { text: content.text ?? '', contextInfo } }
  return { conversation: content.text ?? '' }
}

const KINDS: [keyof proto.IMessage, Kind][] = [
  ['conversation', 'text'],
  ['extendedTextMessage', 'text'],
  ['imageMessage', 'image'],
  ['videoMessage', 'video'],
  ['audioMessage', 'audio'],
  ['documentMessage', 'document'],
  ['stickerMessage', 'sticker'],
  ['locationMessage', 'location'],
  ['contactMessage', 'contact'],
  ['contactsArrayMessage', 'contact'],
  ['reactionMessage', 'reaction'],
  ['pollCreationMessage', 'poll'],
  ['pollCreationMessageV3', 'poll'],
]

export interface Described {
  kind: Kind
  text: string
  reactionTo?: string
  quoted?: string
}

/** Undefined for what a person does not see (key distribution, protocol messages). */
export function describe(message: proto.IMessage): Described | undefined {
  const content = normalizeMessageContent(message)
  if (!content || content.protocolMessage) return undefined
  const found = KINDS.find(([field]) => content[field] !== undefined && content[field] !== null)
  if (!found) {
    const onlyKeys = content.senderKeyDistributionMessage && Object.keys(content).length === 1
    return onlyKeys ? undefined : { kind: 'other', text: '' }
  }
  const [, kind] = found
  if (content.reactionMessage) {
    const reactionTo = content.reactionMessage.key?.id
    return { kind, text: content.reactionMessage.text ?? '', ...(reactionTo && { reactionTo }) }
  }
  const text =
    content.conversation ||
    content.extendedTextMessage?.text ||
    content.imageMessage?.caption ||
    content.videoMessage?.caption ||
    content.documentMessage?.caption ||
    ''
  const quoted = content.extendedTextMessage?.contextInfo?.stanzaId
  return { kind, text, ...(quoted && { quoted }) }
}
