/** Encrypted files as WhatsApp keeps them: what customers send, what salons upload, and what may go wrong with them. */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type MediaKind = 'image' | 'audio' | 'video' | 'document' | 'sticker'

const PURPOSE: Record<MediaKind | 'history', string> = {
  history: 'History',
  image: 'Image',
  sticker: 'Image',
  audio: 'Audio',
  video: 'Video',
  document: 'Document',
}

/** What the host does with a file. `gone` and `lost`: 410, and after `lost` the phone cannot upload it again either. */
export const FAULTS = [
  'gone',
  'lost',
  'missing',
  'truncated',
  'damaged',
  'endless',
  'slow',
] as const
export type MediaFault = (typeof FAULTS)[number]

/** What a message tells of its file. */
export interface Pointer {
  url: string
  directPath: string
  mediaKey: Buffer
  fileSha256: Buffer
  fileEncSha256: Buffer
  fileLength: number
  mediaKeyTimestamp: number
}

export interface Opened {
  mime: string
  size: number
  sha256: string
  filename?: string
  voice?: boolean
  /** Why the phone cannot show it. */
  error?: string
}

const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest()

function keysOf(mediaKey: Uint8Array, kind: MediaKind | 'history') {
  const info = `WhatsApp ${PURPOSE[kind]} Keys`
  const bytes = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), info, 112))
  return { iv: bytes.subarray(0, 16), cipher: bytes.subarray(16, 48), mac: bytes.subarray(48, 80) }
}

export class MediaHost {
  private readonly dir: string
  private readonly faults = new Map<string, MediaFault>()
  private readonly tokens = new Set<string>()
  /** Uploads and downloads so far, for tests that count. */
  readonly totals = { uploads: 0, downloads: 0, asked_again: 0 }

  constructor(stateDir: string) {
    this.dir = join(stateDir, 'media')
    mkdirSync(this.dir, { recursive: true })
  }

  /** A token for uploads, as `media_conn` hands it out. */
  token(): string {
    const token = randomBytes(16).toString('hex')
    this.tokens.add(token)
    return token
  }

  /** What a phone does before it sends a file. */
  send(kind: MediaKind | 'history', plain: Buffer, fault?: MediaFault): Pointer {
    const mediaKey = randomBytes(32)
    const keys = keysOf(mediaKey, kind)
    const cipher = createCipheriv('aes-256-cbc', keys.cipher, keys.iv)
    const body = Buffer.concat([cipher.update(plain), cipher.final()])
    const mac = createHmac('sha256', keys.mac).update(keys.iv).update(body).digest()
    const sealed = Buffer.concat([body, mac.subarray(0, 10)])
    const directPath = this.store(sealed, fault)
    return {
      url: `https://mmg.whatsapp.net${directPath}`,
      directPath,
      mediaKey,
      fileSha256: sha256(plain),
      fileEncSha256: sha256(sealed),
      fileLength: plain.length,
      mediaKeyTimestamp: Math.floor(Date.now() / 1000),
    }
  }

  /** Takes an upload; the path of the file, or undefined when token or hash are wrong. */
  accept(token: string, hash: string, sealed: Buffer): string | undefined {
    if (!this.tokens.has(token) || sha256(sealed).toString('base64url') !== hash) return undefined
    this.totals.uploads += 1
    return this.store(sealed)
  }

  /** The file as it lies there, and what is wrong with it. */
  fetch(path: string): { sealed: Buffer; fault: MediaFault | undefined } | undefined {
    this.totals.downloads += 1
    const fault = this.faults.get(path)
    const file = this.file(path)
    if (!file || !existsSync(file)) return undefined
    return { sealed: readFileSync(file), fault }
  }

  /** The sender's phone uploads a file again: it lies elsewhere then. Undefined when the phone has lost it. */
  again(path: string): string | undefined {
    this.totals.asked_again += 1
    const file = this.file(path)
    if (!file || !existsSync(file) || this.faults.get(path) === 'lost') return undefined
    return this.store(readFileSync(file))
  }

  /** Every file is whole and there again. */
  heal(): void {
    this.faults.clear()
  }

  /** What a phone sees that gets a message with this file. */
  open(kind: MediaKind, media: Partial<Pointer> & { mimetype?: string | null }): Opened {
    const { directPath, mediaKey } = media
    const mime = media.mimetype ?? ''
    const file = directPath ? this.file(directPath) : undefined
    const fail = (error: string): Opened => ({ mime, size: 0, sha256: '', error })
    if (!file || !mediaKey || !existsSync(file)) return fail('not found')
    const sealed = readFileSync(file)
    if (!same(sha256(sealed), media.fileEncSha256)) return fail('wrong hash of the file')
    const keys = keysOf(mediaKey, kind)
    const body = sealed.subarray(0, -10)
    const mac = createHmac('sha256', keys.mac).update(keys.iv).update(body).digest()
    if (!same(mac.subarray(0, 10), sealed.subarray(-10))) return fail('wrong MAC')
    const decipher = createDecipheriv('aes-256-cbc', keys.cipher, keys.iv)
    const plain = Buffer.concat([decipher.update(body), decipher.final()])
    if (!same(sha256(plain), media.fileSha256)) return fail('wrong hash of the content')
    if (Number(media.fileLength) !== plain.length) return fail('wrong length')
    return { mime, size: plain.length, sha256: sha256(plain).toString('hex') }
  }

  private store(sealed: Buffer, fault?: MediaFault): string {
    const name = `${randomBytes(12).toString('hex')}.enc`
    writeFileSync(join(this.dir, name), sealed)
    const path = `/v/t62.7118-24/${name}?ccb=11-4&oh=sandbox&oe=sandbox`
    if (fault) this.faults.set(path, fault)
    return path
  }

  private file(path: string): string | undefined {
    const name = /^\/v\/t62\.7118-24\/([0-9a-f]{24}\.enc)\?/.exec(path)?.[1]
    return name && join(this.dir, name)
  }
}

function same(a: Uint8Array, b: Uint8Array | null | undefined): boolean {
  return Boolean(b) && Buffer.from(a).equals(Buffer.from(b ?? []))
}
