/** WhatsApp's encryption of files: AES-256-CBC and HMAC-SHA256 (10 bytes) under keys derived from the message's key. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import { getMediaKeys } from 'baileys'
import type { MediaKind } from './types.js'

const MAC_BYTES = 10

export interface Sealed {
  body: Buffer
  mediaKey: Buffer
  fileSha256: Buffer
  fileEncSha256: Buffer
}

/** Also what a phone packs its history into. */
type Opened = MediaKind | 'md-msg-hist'

/** What a message says of its file's content; Baileys checks none of it. */
export interface Proof {
  mediaKey: Uint8Array
  fileSha256?: Uint8Array | null | undefined
  fileEncSha256?: Uint8Array | null | undefined
}

export const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

export async function seal(kind: MediaKind, plain: Buffer): Promise<Sealed> {
  const mediaKey = randomBytes(32)
  const { iv, cipherKey, macKey } = await getMediaKeys(mediaKey, kind)
  const cipher = createCipheriv('aes-256-cbc', cipherKey, iv)
  const encrypted = Buffer.concat([cipher.update(plain), cipher.final()])
  const body = Buffer.concat([encrypted, macOf(macKey ?? Buffer.alloc(0), iv, encrypted)])
  return { body, mediaKey, fileSha256: sha256(plain), fileEncSha256: sha256(body) }
}

/** The content of a file; undefined when the file, or its content, is not the one the message names. */
export async function open(
  kind: Opened,
  sealed: Buffer,
  proof: Proof,
): Promise<Buffer | undefined> {
  if (sealed.length <= MAC_BYTES || !matches(sealed, proof.fileEncSha256)) return undefined
  const { iv, cipherKey, macKey } = await getMediaKeys(proof.mediaKey, kind)
  const encrypted = sealed.subarray(0, -MAC_BYTES)
  const mac = macOf(macKey ?? Buffer.alloc(0), iv, encrypted)
  if (!timingSafeEqual(mac, sealed.subarray(-MAC_BYTES))) return undefined
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv)
  try {
    const plain = Buffer.concat([decipher.update(encrypted), decipher.final()])
    return matches(plain, proof.fileSha256) ? plain : undefined
  } catch {
    return undefined
  }
}

function macOf(key: Uint8Array, iv: Uint8Array, encrypted: Buffer): Buffer {
  return createHmac('sha256', key).update(iv).update(encrypted).digest().subarray(0, MAC_BYTES)
}

/** A message without a hash names no content: that is none we know. */
function matches(bytes: Buffer, hash: Uint8Array | null | undefined): boolean {
  return Boolean(hash?.length) && sha256(bytes).equals(Buffer.from(hash ?? []))
}
