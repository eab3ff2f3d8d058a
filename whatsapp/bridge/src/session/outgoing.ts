/** From a command to the content that is sent: text, reaction, a file that is sealed and uploaded, with what it answers. */
import {
  type AnyMessageContent,
  extractImageThumb,
  generateWAMessageContent,
  jidNormalizedUser,
  type proto,
} from 'baileys'
import { Refusal } from '../errors.js'
import { type Sealed, seal } from '../media/cipher.js'
import { upload } from '../media/transfer.js'
import { judge, type MediaKind } from '../media/types.js'
import type { SendCommand } from './sender.js'
import type { Live } from './socket.js'

export const OUTGOING_KINDS = ['image', 'document', 'voice'] as const
/** Before base64. */
export const MAX_OUTGOING_BYTES = 16 * 1024 * 1024

export interface OutgoingMedia {
  kind: (typeof OUTGOING_KINDS)[number]
  mime: string
  /** Base64. */
  body: string
  caption?: string
  filename?: string
}

export interface Quoted {
  message_id: string
  /** Whether the quoted message is the salon's own. */
  from_me: boolean
  /** What it said: WhatsApp shows the copy that comes with the answer. */
  text: string
}

const KIND: Record<OutgoingMedia['kind'], MediaKind> = {
  image: 'image',
  document: 'document',
  voice: 'audio',
}

/** Throws Refusal for a file that may not be sent, an Error when the upload failed. */
export async function contentOf(command: SendCommand, live: Live): Promise<proto.IMessage> {
  const contextInfo = command.quoted && contextOf(command.to, command.quoted, live)
  if (command.media) return fileMessage(command.media, live, contextInfo)
  const content = await generateWAMessageContent(plainContent(command), { upload: noUpload })
  if (contextInfo && content.extendedTextMessage)
    content.extendedTextMessage.contextInfo = contextInfo
  return content
}

function plainContent({ to, text, reaction }: SendCommand): AnyMessageContent {
  if (reaction) {
    const key = { remoteJid: to, fromMe: reaction.from_me, id: reaction.message_id }
    return { react: { text: reaction.emoji, key } }
  }
  // null: no look-up of a preview, it would fetch what a client's text names.
  return { text: text ?? '', linkPreview: null }
}

async function noUpload(): Promise<never> {
  throw new Error('this message needs no upload')
}

function contextOf(to: string, quoted: Quoted, { sock }: Live): proto.IContextInfo {
  const { me } = sock.authState.creds
  const own = jidNormalizedUser(to.endsWith('@lid') ? me?.lid : me?.id)
  return {
    stanzaId: quoted.message_id,
    participant: quoted.from_me ? own : to,
    quotedMessage: { conversation: quoted.text },
  }
}

async function fileMessage(
  media: OutgoingMedia,
  live: Live,
  contextInfo: proto.IContextInfo | undefined,
): Promise<proto.IMessage> {
  const kind = KIND[media.kind]
  const bytes = Buffer.from(media.body, 'base64')
  if (bytes.length > MAX_OUTGOING_BYTES) throw mediaRefused('too_large')
  const judged = judge(kind, media.mime, bytes)
  if ('refused' in judged) throw mediaRefused(judged.refused)
  const sealed = await seal(kind, bytes)
  const directPath = await uploaded(kind, sealed, live)
  const file = {
    url: `https://mmg.whatsapp.net${directPath}`,
    directPath,
    mediaKey: sealed.mediaKey,
    fileSha256: sealed.fileSha256,
    fileEncSha256: sealed.fileEncSha256,
    fileLength: bytes.length,
    mediaKeyTimestamp: Math.floor(Date.now() / 1000),
    mimetype: judged.mime,
    ...(contextInfo && { contextInfo }),
  }
  const { caption = '', filename = 'файл' } = media
  switch (media.kind) {
    case 'image':
      return { imageMessage: { ...file, caption, ...(await preview(bytes)) } }
    case 'voice': {
      const mimetype = judged.mime === 'audio/ogg' ? 'audio/ogg; codecs=opus' : judged.mime
      return { audioMessage: { ...file, mimetype, ptt: true, seconds: secondsOf(bytes) } }
    }
    case 'document':
      return { documentMessage: { ...file, caption, fileName: filename, title: filename } }
  }
}

/** To the first media host that takes it; a token that has run out is renewed once. */
async function uploaded(kind: MediaKind, sealed: Sealed, { sock, media }: Live): Promise<string> {
  const hash = sealed.fileEncSha256.toString('base64url')
  let failure: unknown
  for (const fresh of [false, true]) {
    const { auth, hosts } = await sock.refreshMediaConn(fresh)
    const query = `auth=${encodeURIComponent(auth)}&token=${hash}`
    for (const { hostname } of hosts) {
      const url = media.hosts.url(`/mms/${kind}/${hash}?${query}`, hostname)
      if (!url) continue
      try {
        return await upload(url, sealed.body, media.agent)
      } catch (error) {
        failure = error
      }
    }
  }
  throw failure ?? new Error('the upload failed: no media host')
}

/** The blurred picture that is shown before the real one is there; without it the message is none the worse. */
async function preview(bytes: Buffer) {
  try {
    const { buffer, original } = await extractImageThumb(bytes)
    return {
      jpegThumbnail: buffer,
      ...(original.width && { width: original.width }),
      ...(original.height && { height: original.height }),
    }
  } catch {
    return {}
  }
}

/** Length of an Ogg Opus stream: the last page counts samples, 48,000 a second. */
function secondsOf(bytes: Buffer): number {
  const page = bytes.lastIndexOf('OggS')
  if (page < 0 || page + 14 > bytes.length) return 0
  const samples = bytes.readBigInt64LE(page + 6)
  return samples > 0n ? Number(samples / 48_000n) || 1 : 0
}

function mediaRefused(reason: string): Refusal {
  return new Refusal(422, 'media_refused', 'This file cannot be sent.', { detail: reason })
}
