/** Encryption of what is stored: AES-256-GCM under AUTH_STATE_KEY, one key for writing, any of several for reading. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

const VERSION = 1
const KEY_ID_BYTES = 4
const IV_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + KEY_ID_BYTES + IV_BYTES

interface Key {
  id: Buffer
  secret: Buffer
}

/**
 * Sealed bytes: version (1) ‖ key id (first 4 bytes of SHA-256 of the key) ‖ IV (12) ‖ ciphertext ‖ tag (16).
 * The additional data binds a value to its place: a row copied to another session, type or id does not open.
 */
export class Keyring {
  private constructor(private readonly keys: readonly [Key, ...Key[]]) {}

  /** `text`: base64 keys of 32 bytes, comma-separated; the first encrypts. Throws an Error with one sentence. */
  static parse(text: string): Keyring {
    const keys = text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)
      .map((part): Key => {
        const secret = Buffer.from(part, 'base64')
        if (secret.length !== 32) {
          throw new Error('AUTH_STATE_KEY must hold base64 keys of 32 bytes, separated by commas.')
        }
        return {
          id: createHash('sha256').update(secret).digest().subarray(0, KEY_ID_BYTES),
          secret,
        }
      })
    const [first, ...rest] = keys
    if (!first) throw new Error('AUTH_STATE_KEY is empty; set one base64 key of 32 bytes.')
    return new Keyring([first, ...rest])
  }

  seal(place: string, plain: Uint8Array): Buffer {
    const key = this.keys[0]
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv('aes-256-gcm', key.secret, iv)
    cipher.setAAD(Buffer.from(place, 'utf8'))
    const body = cipher.update(plain)
    cipher.final()
    return Buffer.concat([Buffer.of(VERSION), key.id, iv, body, cipher.getAuthTag()])
  }

  /** The first bytes of everything that is sealed now: version and id of the key. */
  get mark(): Buffer {
    return Buffer.concat([Buffer.of(VERSION), this.keys[0].id])
  }

  /** Name of the key that encrypts, in hex; it tells nothing of the key. */
  get keyId(): string {
    return this.keys[0].id.toString('hex')
  }

  /** Throws when no key fits, or the value was altered or belongs to another place. */
  open(place: string, sealed: Uint8Array): Buffer {
    const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
    if (bytes.length < HEADER_BYTES + TAG_BYTES || bytes[0] !== VERSION) {
      throw new Error('a stored value is not in the format of this bridge')
    }
    const id = bytes.subarray(1, 1 + KEY_ID_BYTES)
    const key = this.keys.find((candidate) => candidate.id.equals(id))
    if (!key)
      throw new Error('a stored value was encrypted with a key that AUTH_STATE_KEY does not list')
    const decipher = createDecipheriv(
      'aes-256-gcm',
      key.secret,
      bytes.subarray(1 + KEY_ID_BYTES, HEADER_BYTES),
    )
    decipher.setAAD(Buffer.from(place, 'utf8'))
    decipher.setAuthTag(bytes.subarray(bytes.length - TAG_BYTES))
    const body = decipher.update(bytes.subarray(HEADER_BYTES, bytes.length - TAG_BYTES))
    decipher.final()
    return body
  }
}
