/** A file that WhatsApp has no more: the sender's phone is asked to upload it again. */
import { normalizeMessageContent, type WAMessage, type WASocket } from 'baileys'
import { notConnected } from '../errors.js'

/** The phone may be off for days; then the caller asks again later. */
const ANSWER_MS = 20_000

/**
 * The new path; undefined when the phone says that it has the file no more. Throws Refusal when nobody answers:
 * Baileys itself would wait for ever.
 */
export async function askForFile(sock: WASocket, message: WAMessage): Promise<string | undefined> {
  const asked = sock.updateMediaMessage(message).then(
    () => pathOf(message),
    (error: { isBoom?: boolean }) => {
      if (error.isBoom) return undefined
      throw error
    },
  )
  let timer: NodeJS.Timeout | undefined
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(notConnected()), ANSWER_MS)
  })
  return Promise.race([asked, tooLong]).finally(() => clearTimeout(timer))
}

function pathOf({ message }: WAMessage): string | undefined {
  const content = normalizeMessageContent(message ?? undefined)
  const media =
    content?.imageMessage ??
    content?.videoMessage ??
    content?.audioMessage ??
    content?.documentMessage
  return media?.directPath ?? undefined
}
