/** The secret that a phone puts into each message it writes, and the corrections it seals with that later. */
import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { proto } from 'baileys'
import type { ChatMessage } from './chats.js'
import { BadRequest } from './input.js'

/** As a phone sends it: reactions and protocol messages carry no secret. */
export function withSecret(message: proto.IMessage): proto.IMessage {
  if (message.reactionMessage || message.protocolMessage || message.editedMessage) return message
  if (message.secretEncryptedMessage) return message
  return { ...message, messageContextInfo: { messageSecret: randomBytes(32) } }
}

/** Of an own message. */
export function secretOf(message: ChatMessage | undefined): Uint8Array {
  const raw = Buffer.from(message?.raw ?? '', 'base64')
  const secret = proto.Message.decode(raw).messageContextInfo?.messageSecret
  if (!secret?.length) throw new BadRequest('that message has no secret')
  return secret
}

/** `author`: the address under which the message and its correction were written. */
export function sealEdit(
  key: proto.IMessageKey,
  correction: proto.IMessage,
  secret: Uint8Array,
  author: string,
): proto.IMessage {
  // HKDF of one block, as Baileys writes it for polls.
  const hmac = (under: Uint8Array, data: Uint8Array): Buffer =>
    createHmac('sha256', under).update(data).digest()
  const info = Buffer.from(`${key.id}${author}${author}Message Edit\x01`)
  const encIv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', hmac(hmac(Buffer.alloc(32), secret), info), encIv)
  const body = cipher.update(proto.Message.encode(correction).finish())
  cipher.final()
  const { MESSAGE_EDIT } = proto.Message.SecretEncryptedMessage.SecretEncType
  return {
    secretEncryptedMessage: {
      targetMessageKey: key,
      encPayload: Buffer.concat([body, cipher.getAuthTag()]),
      encIv,
      secretEncType: MESSAGE_EDIT,
    },
  }
}
