/** Small helpers for WhatsApp's binary nodes: building, reading, encoding. */
import { randomBytes } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import {
  type BinaryNode,
  decodeDecompressedBinaryNode,
  encodeBinaryNode,
  getBinaryNodeChild,
  getBinaryNodeChildBuffer,
  getBinaryNodeChildren,
  S_WHATSAPP_NET,
} from 'baileys'
import * as constants from 'baileys/lib/WABinary/constants.js'

export type { BinaryNode }
export { getBinaryNodeChild as child, getBinaryNodeChildren as children, S_WHATSAPP_NET }

type Attrs = Record<string, string | number | undefined>

/** Attributes that are undefined are left out; numbers become text. */
export function node(tag: string, attrs: Attrs = {}, content?: BinaryNode['content']): BinaryNode {
  const clean: Record<string, string> = {}
  for (const [key, value] of Object.entries(attrs)) {
    if (value !== undefined) clean[key] = String(value)
  }
  return content === undefined ? { tag, attrs: clean } : { tag, attrs: clean, content }
}

/** Bytes of a child node; throws when the client left it out. */
export function bytesOf(parent: BinaryNode | undefined, tag: string): Buffer {
  const bytes = getBinaryNodeChildBuffer(parent, tag)
  if (!bytes) throw new Error(`<${parent?.tag ?? '?'}> without <${tag}>`)
  return Buffer.from(bytes)
}

export function uint(bytes: Uint8Array): number {
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0)
}

export function bigEndian(value: number, length = 4): Buffer {
  const bytes = Buffer.alloc(length)
  bytes.writeUIntBE(value, 0, length)
  return bytes
}

export function encode(tree: BinaryNode): Buffer {
  return encodeBinaryNode(tree)
}

/** The first byte tells whether the rest is compressed. */
export function decode(frame: Buffer): BinaryNode {
  const flags = frame[0] ?? 0
  const body = frame.subarray(1)
  return decodeDecompressedBinaryNode(flags & 2 ? inflateSync(body) : body, constants)
}

let serial = 0
/** Id of a stanza that the server starts itself. */
export function stanzaId(): string {
  serial += 1
  return `sbx-${randomBytes(3).toString('hex')}-${serial}`
}

/** Message id as an Android phone makes them. */
export function messageId(): string {
  return `AC${randomBytes(15).toString('hex').toUpperCase()}`
}
