/** What the handset sends a new companion by itself: app-state key and the first piece of history. */
import { randomBytes } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { encodeWAMessage, proto } from 'baileys'
import { businessSeconds } from './clock.js'
import { messageId, node } from './nodes.js'
import { type Device, deviceKey, jidOf, type User } from './registry.js'
import type { Sealed } from './signal.js'
import type { Table } from './store.js'
import type { World } from './world.js'

/** Peer messages sent to a companion, `device|id` -> encoded proto.Message, for re-encryption. */
export function peerMessages(world: World): Table<string> {
  return world.store.table('peer-message')
}

export async function firstSync(world: World, device: Device): Promise<void> {
  const user = world.registry.user(device.phone)
  if (!user || device.synced) return
  const messages = [keyShare(), history(world, user)].map((content) => ({
    id: messageId(),
    content: { protocolMessage: content } as proto.IMessage,
  }))
  const sealed: Sealed[] = []
  for (const { content } of messages) {
    sealed.push(await world.signal.encrypt(user, device, encodeWAMessage(content)))
  }
  if (device.synced) return
  device.synced = true
  world.registry.saveDevice(device)
  messages.forEach(({ id, content }, index) => {
    const one = sealed[index]
    if (!one) return
    one.persist()
    const raw = Buffer.from(proto.Message.encode(content).finish()).toString('base64')
    peerMessages(world).set(`${deviceKey(device)}|${id}`, raw)
    world.queue.push(device, 'message', peerStanza(user, id, one), user.phone)
  })
}

export function peerStanza(user: User, id: string, sealed: Sealed, count?: number) {
  return node(
    'message',
    {
      from: jidOf(user, 'pn'),
      id,
      t: businessSeconds(),
      type: 'text',
      category: 'peer',
      push_priority: 'high',
      notify: user.name || undefined,
    },
    [node('enc', { v: 2, type: sealed.type, count }, sealed.body)],
  )
}

function keyShare(): proto.Message.IProtocolMessage {
  return {
    type: proto.Message.ProtocolMessage.Type.APP_STATE_SYNC_KEY_SHARE,
    appStateSyncKeyShare: {
      keys: [
        {
          keyId: { keyId: randomBytes(6) },
          keyData: {
            keyData: randomBytes(32),
            fingerprint: {
              rawId: randomBytes(4).readUInt32BE(0),
              currentIndex: 0,
              deviceIndexes: [0],
            },
            timestamp: Date.now(),
          },
        },
      ],
    },
  }
}

/** Inline, so no media server is needed; it carries the addresses of the people the phone has written with. */
function history(world: World, user: User): proto.Message.IProtocolMessage {
  const mappings = world.chats.peersOf(user.phone).flatMap((phone) => {
    const peer = world.registry.user(phone)
    return peer ? [{ pnJid: jidOf(peer, 'pn'), lidJid: jidOf(peer, 'lid') }] : []
  })
  const sync = proto.HistorySync.encode({
    syncType: proto.HistorySync.HistorySyncType.INITIAL_BOOTSTRAP,
    conversations: mappings.map(({ pnJid, lidJid }) => ({
      id: lidJid,
      pnJid,
      conversationTimestamp: businessSeconds(),
    })),
    chunkOrder: 1,
    progress: 100,
    pushnames: user.name ? [{ id: jidOf(user, 'pn'), pushname: user.name }] : [],
    phoneNumberToLidMappings: mappings,
  }).finish()
  return {
    type: proto.Message.ProtocolMessage.Type.HISTORY_SYNC_NOTIFICATION,
    historySyncNotification: {
      syncType: proto.Message.HistorySyncType.INITIAL_BOOTSTRAP,
      chunkOrder: 1,
      progress: 100,
      initialHistBootstrapInlinePayload: deflateSync(sync),
    },
  }
}
