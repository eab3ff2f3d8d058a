/** WhatsApp message contents: made from a control request, and described for a chat log. */
import { normalizeMessageContent, type proto } from 'baileys'
import type { ChatMessage, Kind } from './chats.js'
import type { MediaFault, MediaHost, MediaKind } from './media.js'

/** A file that somebody sends; without a body a small real one of its kind. */
export interface File {
  caption?: string
  body?: Buffer
  mime?: string
  filename?: string
  /** Audio: recorded in the chat. */
  voice?: boolean
  /** The length that the message claims, when not the true one. */
  claims?: number
  fault?: MediaFault
}

export interface Content {
  text?: string
  image?: File
  audio?: File
  video?: File
  document?: File
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

/** The smallest files that are what they say they are. */
const SAMPLES: Record<MediaKind, { mime: string; body: Buffer }> = {
  image: {
    mime: 'image/jpeg',
    body: Buffer.from(
      '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAAMCAgICAgMCAgIDAwMDBAYEBAQEBAgGBgUGCQgKCgkICQkKDA8MCgsOCwkJDRENDg8QEBEQCgwSExIQEw8QEBD/yQALCAABAAEBAREA/8wABgAQEAX/2gAIAQEAAD8A0s8g/9k=',
      'base64',
    ),
  },
  sticker: { mime: 'image/webp', body: Buffer.from('RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0', 'latin1') },
  audio: { mime: 'audio/ogg; codecs=opus', body: oggOpus() },
  video: { mime: 'video/mp4', body: Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1') },
  document: { mime: 'application/pdf', body: Buffer.from('%PDF-1.4\n%%EOF\n') },
}

/** The first page of an Ogg stream with Opus in it. */
function oggOpus(): Buffer {
  const head = Buffer.from('OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0', 'latin1')
  const page = Buffer.alloc(28)
  page.write('OggS')
  page[5] = 2
  page[26] = 1
  page[27] = head.length
  return Buffer.concat([page, head])
}

function media(host: MediaHost, kind: MediaKind, file: File) {
  const { mime, body } = SAMPLES[kind]
  const pointer = host.send(kind, file.body ?? body, file.fault)
  return { ...pointer, mimetype: file.mime ?? mime, fileLength: file.claims ?? pointer.fileLength }
}

export function makeContent(host: MediaHost, content: Content, target?: Target): proto.IMessage {
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
  const { image, audio, video, document } = content
  const context = contextInfo && { contextInfo }
  if (image) {
    const caption = image.caption ?? ''
    const size = { width: 64, height: 64 }
    return { imageMessage: { ...media(host, 'image', image), caption, ...size, ...context } }
  }
  if (audio) {
    const ptt = audio.voice ?? true
    return { audioMessage: { ...media(host, 'audio', audio), seconds: 3, ptt, ...context } }
  }
  if (video) {
    const caption = video.caption ?? ''
    return { videoMessage: { ...media(host, 'video', video), caption, seconds: 3, ...context } }
  }
  if (document) {
    const fileName = document.filename ?? 'файл.pdf'
    const caption = document.caption ?? ''
    const file = media(host, 'document', document)
    return { documentMessage: { ...file, fileName, caption, ...context } }
  }
  if (content.sticker) {
    return { stickerMessage: { ...media(host, 'sticker', {}), width: 512, height: 512 } }
  }
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

/** The file of a message as the phone that got it sees it; undefined when it has none. */
export function openMedia(host: MediaHost, message: proto.IMessage): ChatMessage['media'] {
  const content = normalizeMessageContent(message)
  if (content?.imageMessage) return host.open('image', pointerOf(content.imageMessage))
  if (content?.videoMessage) return host.open('video', pointerOf(content.videoMessage))
  if (content?.audioMessage) {
    const voice = content.audioMessage.ptt === true
    return { ...host.open('audio', pointerOf(content.audioMessage)), voice }
  }
  if (content?.documentMessage) {
    const filename = content.documentMessage.fileName ?? ''
    return { ...host.open('document', pointerOf(content.documentMessage)), filename }
  }
  return undefined
}

type Pointing = proto.Message.IImageMessage | proto.Message.IAudioMessage

function pointerOf({
  directPath,
  mediaKey,
  fileSha256,
  fileEncSha256,
  fileLength,
  mimetype,
}: Pointing): Parameters<MediaHost['open']>[1] {
  return {
    directPath: directPath ?? '',
    mediaKey: Buffer.from(mediaKey ?? []),
    fileSha256: Buffer.from(fileSha256 ?? []),
    fileEncSha256: Buffer.from(fileEncSha256 ?? []),
    fileLength: Number(fileLength),
    mimetype: mimetype ?? '',
  }
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
  const quoted = quotedOf(content)
  return { kind, text, ...(quoted && { quoted }) }
}

function quotedOf(content: proto.IMessage): string | undefined {
  const { extendedTextMessage, imageMessage, audioMessage, documentMessage } = content
  const part = extendedTextMessage ?? imageMessage ?? audioMessage ?? documentMessage
  return part?.contextInfo?.stanzaId ?? undefined
}
