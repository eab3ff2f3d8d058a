/** A companion found no file where its message says it is: the sender's phone is asked to upload it again. */

import { hkdfSync, randomBytes } from 'node:crypto'
import { aesEncryptGCM, normalizeMessageContent, proto } from 'baileys'
import type { Connection } from './connection.js'
import { type BinaryNode, child, node } from './nodes.js'
import type { Device } from './registry.js'
import type { World } from './world.js'

/** The phone's word for "I have it no more". */
const NOT_FOUND = 2

export function onLostFile(
  world: World,
  connection: Connection,
  device: Device,
  stanza: BinaryNode,
): void {
  const { id = '' } = stanza.attrs
  const asked = child(stanza, 'rmr')
  const peer = world.registry.resolve(asked?.attrs.jid)?.user
  const row = peer && world.chats.find(peer.phone, device.phone, id)
  const file = row?.raw && fileOf(row.raw)
  const path = file && world.media.again(file.directPath ?? '')
  const answer = file && path ? found(id, Buffer.from(file.mediaKey ?? []), path) : notFound()
  const attrs = { from: stanza.attrs.to, id, type: 'mediaretry', t: Math.floor(Date.now() / 1000) }
  const rmr = node('rmr', { jid: asked?.attrs.jid, from_me: asked?.attrs.from_me })
  connection.send(node('notification', attrs, [answer, rmr]))
}

function fileOf(raw: string): proto.Message.IImageMessage | null | undefined {
  const content = normalizeMessageContent(proto.Message.decode(Buffer.from(raw, 'base64')))
  return (
    content?.imageMessage ??
    content?.audioMessage ??
    content?.videoMessage ??
    content?.documentMessage
  )
}

function found(id: string, mediaKey: Buffer, directPath: string): BinaryNode {
  const result = proto.MediaRetryNotification.ResultType.SUCCESS
  const plain = proto.MediaRetryNotification.encode({ stanzaId: id, directPath, result }).finish()
  const info = 'WhatsApp Media Retry Notification'
  const key = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), info, 32))
  const iv = randomBytes(12)
  return node('encrypt', {}, [
    node('enc_p', {}, aesEncryptGCM(plain, key, iv, Buffer.from(id))),
    node('enc_iv', {}, iv),
  ])
}

const notFound = (): BinaryNode => node('error', { code: NOT_FOUND })
