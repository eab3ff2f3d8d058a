/** Which files are kept: what the first bytes say, and whether the sender said the same. Pure. */

import type { EventRow } from '../store/rows.js'

/** Kinds of messages that bring a file; stickers are described only. */
export const MEDIA_KINDS = ['image', 'audio', 'video', 'document'] as const
export type MediaKind = (typeof MEDIA_KINDS)[number]

/** Whether a row of the journal promises a file: a trigger of the database owes it by the same words. */
export function bringsFile({ kind, payload }: Pick<EventRow, 'kind' | 'payload'>): boolean {
  const { type } = payload as { type?: MediaKind }
  return kind === 'message' && type !== undefined && MEDIA_KINDS.includes(type)
}

/** More is not kept, and not read further. */
export const MAX_BYTES = 25 * 1024 * 1024

type Format = 'jpeg' | 'png' | 'webp' | 'ogg' | 'mp3' | 'aac' | 'mp4' | 'pdf'

/** What a sender may call each format; the first is what we call it. */
const NAMES: Record<Format, readonly [string, ...string[]]> = {
  jpeg: ['image/jpeg', 'image/jpg', 'image/pjpeg'],
  png: ['image/png'],
  webp: ['image/webp'],
  ogg: ['audio/ogg', 'application/ogg', 'audio/opus'],
  mp3: ['audio/mpeg', 'audio/mp3'],
  aac: ['audio/aac', 'audio/aacp'],
  mp4: ['video/mp4', 'audio/mp4', 'audio/m4a', 'audio/x-m4a', 'audio/aac'],
  pdf: ['application/pdf'],
}

/** What each kind of message may carry; a document may be any of them. */
const ALLOWED: Record<MediaKind, readonly Format[]> = {
  image: ['jpeg', 'png', 'webp'],
  audio: ['ogg', 'mp3', 'aac', 'mp4'],
  video: ['mp4'],
  document: ['jpeg', 'png', 'webp', 'ogg', 'mp3', 'aac', 'mp4', 'pdf'],
}

export type Judged = { mime: string } | { refused: 'type_not_allowed' | 'type_mismatch' }

/** The true type of a file, or why it is not kept. `declared`: the sender's mime type, parameters and all. */
export function judge(kind: MediaKind, declared: string, bytes: Uint8Array): Judged {
  const format = formatOf(Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)))
  if (!format || !ALLOWED[kind].includes(format)) return { refused: 'type_not_allowed' }
  const said = (declared.split(';')[0] ?? '').trim().toLowerCase()
  if (!NAMES[format].includes(said)) return { refused: 'type_mismatch' }
  // One container for both: which of the two is the sender's word, and harmless.
  const isSound = format === 'mp4' && said.startsWith('audio/')
  return { mime: isSound ? 'audio/mp4' : NAMES[format][0] }
}

function formatOf(head: Buffer): Format | undefined {
  const at = (offset: number, text: string): boolean =>
    head.subarray(offset, offset + text.length).equals(Buffer.from(text, 'latin1'))
  if (at(0, '\xff\xd8\xff')) return 'jpeg'
  if (at(0, '\x89PNG\r\n\x1a\n')) return 'png'
  if (at(0, 'RIFF') && at(8, 'WEBP')) return 'webp'
  // Ogg holds many things; a voice message is Opus.
  if (at(0, 'OggS') && head.includes('OpusHead')) return 'ogg'
  if (at(0, 'ID3')) return 'mp3'
  if (at(4, 'ftyp')) return 'mp4'
  if (at(0, '%PDF-')) return 'pdf'
  const [first = 0, second = 0] = head
  // An MPEG audio frame: layer 0 is AAC in ADTS, the others are MP3.
  if (first === 0xff && (second & 0xf6) === 0xf0) return 'aac'
  if (first === 0xff && (second & 0xe0) === 0xe0 && (second & 0x06) === 0x02) return 'mp3'
  return undefined
}
