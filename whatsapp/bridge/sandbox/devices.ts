/** News about a user's device list, for the companions that may have cached it (Baileys: 5 minutes). */
import { businessSeconds } from './clock.js'
import { node, stanzaId } from './nodes.js'
import { jidOf, type User } from './registry.js'
import type { World } from './world.js'

/** Tells the user's own companions and those of everyone they have written with. */
export function tellDevices(world: World, user: User): void {
  const { registry } = world
  const modes = ['pn', 'lid'] as const
  const devices = modes.map((mode) => node('device', { jid: jidOf(user, mode) }))
  for (const phone of [user.phone, ...world.chats.peersOf(user.phone)]) {
    for (const companion of registry.companionsOf(phone)) {
      const attrs = {
        from: jidOf(user, 'pn'),
        type: 'devices',
        id: stanzaId(),
        t: businessSeconds(),
      }
      // "update" makes the client ask for the list again at the next message.
      const stanza = node('notification', attrs, [node('update', {}, devices)])
      world.queue.push(companion, 'notification', stanza, user.phone)
    }
  }
}
