/**
 * Corrections that WhatsApp seals once more (`secretEncryptedMessage`, all newer phones): AES-256-GCM under a key made
 * of the secret that came with the corrected message. Baileys passes them on as they are.
 *
 * The corrected message is in our journal: WhatsApp allows corrections for 15 minutes, plaintexts are kept for days.
 */
import { hkdfSync } from 'node:crypto'
import { aesDecryptGCM, jidNormalizedUser, normalizeMessageContent, proto } from 'baileys'

const { MESSAGE_EDIT } = proto.Message.SecretEncryptedMessage.SecretEncType
const USE = 'Message Edit'

export interface SealedEdit {
  /** Id of the corrected message. */
  target: string
  payload: Uint8Array
  iv: Uint8Array
}

/** The sealed correction in a message; undefined when it is something else. */
export function sealedEditOf(message: proto.IMessage): SealedEdit | undefined {
  const { secretEncryptedMessage: sealed } = normalizeMessageContent(message) ?? {}
  const target = sealed?.targetMessageKey?.id
  if (sealed?.secretEncType !== MESSAGE_EDIT || !target) return undefined
  return {
    target,
    payload: sealed.encPayload ?? Buffer.alloc(0),
    iv: sealed.encIv ?? Buffer.alloc(0),
  }
}

/** The secret that a message brought; the copy of an own message carries it inside or outside. */
export function secretOf(message: proto.IMessage): Uint8Array | undefined {
  const inner = message.deviceSentMessage?.message
  const secret =
    message.messageContextInfo?.messageSecret ?? inner?.messageContextInfo?.messageSecret
  return secret?.length ? secret : undefined
}

/**
 * The correction in the open form that older phones send; undefined when no key fits. `authors`: both addresses of the
 * one who corrects. Only the author may; which of the two addresses the key was made with is not told.
 */
export function openEdit(
  { target, payload, iv }: SealedEdit,
  secret: Uint8Array,
  authors: readonly string[],
): proto.IMessage | undefined {
  const jids = authors.map((jid) => jidNormalizedUser(jid)).filter(Boolean)
  for (const author of jids) {
    for (const editor of [author, ...jids.filter((jid) => jid !== author)]) {
      const info = Buffer.from(`${target}${author}${editor}${USE}`)
      const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32))
      try {
        const opened = proto.Message.decode(aesDecryptGCM(payload, key, iv, Buffer.alloc(0)))
        const content = normalizeMessageContent(opened)
        const editedMessage = content?.protocolMessage?.editedMessage ?? content ?? null
        const type = proto.Message.ProtocolMessage.Type.MESSAGE_EDIT
        return { protocolMessage: { type, key: { id: target }, editedMessage } }
      } catch {
        // Another pair of addresses.
      }
    }
  }
  return undefined
}
