/** JSON shapes of the control API: devices, a customer's inbox, the ledger. */
import type { ChatMessage } from './chats.js'
import type { Device } from './registry.js'
import type { World } from './world.js'

export function deviceView(world: World, device: Device) {
  return {
    id: device.id,
    connected: world.connectionOf(device)?.live ?? false,
    key_index: device.keyIndex,
    since: device.since,
    waiting: world.queue.size(device),
  }
}

/** `t` in unix seconds of business time; `status` of own sends: 1 queued, 2 server, 3 delivered, 4 read. */
function messageView(message: ChatMessage) {
  const { seq, id, direction, text, kind, t, status, duplicates, decryptErrors } = message
  return {
    seq,
    id,
    direction,
    text,
    kind,
    t,
    status,
    duplicates,
    ...(message.reactionTo && { reaction_to: message.reactionTo }),
    ...(message.quoted && { quoted: message.quoted }),
    ...(message.media && { media: message.media }),
    ...(decryptErrors && { decrypt_errors: decryptErrors }),
  }
}

/** `waiting`: messages that came but could not be decrypted so far. */
export async function inboxView(
  world: World,
  customer: string,
  salon: string,
  after: number,
  wait: number,
) {
  const messages = await world.chats.wait(customer, salon, after, wait)
  return {
    messages: messages.map(messageView),
    next: messages.at(-1)?.seq ?? after,
    waiting: world.chats
      .failures(customer, salon)
      .map(({ id, error, count }) => ({ id, error, decrypt_errors: count })),
  }
}

/** What every customer has on the screen, for comparison with the salon's own books. */
export function ledgerView(world: World, salon: string) {
  const customers: Record<string, unknown[]> = {}
  for (const customer of world.chats.peersOf(salon)) {
    const shown = world.chats
      .list(customer, salon)
      .map(({ id, direction, kind, text, t, status, duplicates, decryptErrors }) => ({
        id,
        direction,
        kind,
        text,
        t,
        status,
        duplicates,
        decrypt_errors: decryptErrors,
      }))
    const unreadable = world.chats.failures(customer, salon).map(({ id, error, count }) => ({
      id,
      direction: 'in',
      kind: 'unreadable',
      text: null,
      duplicates: 0,
      decrypt_errors: count,
      error,
    }))
    customers[customer] = [...shown, ...unreadable]
  }
  return { customers }
}
