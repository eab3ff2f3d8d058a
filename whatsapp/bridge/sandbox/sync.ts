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

interface PeerMessage {
  content: proto.IMessage
  sealed: Sealed
}

export async function firstSync(world: World, device: Device): Promise<void> {
  const user = world.registry.user(device.phone)
  if (!user || device.synced) return
  const messages: PeerMessage[] = []
  for (const protocolMessage of [keyShare(), history(world, user)]) {
    messages.push(await seal(world, user, device, { protocolMessage }))
  }
  if (device.synced) return
  device.synced = true
  world.registry.saveDevice(device)
  for (const message of messages) push(world, user, device, message)
}

/** The phone sends its companions a customer's message again, which they had got without content. */
export async function resend(world: World, user: User, info: proto.IWebMessageInfo): Promise<void> {
  const webMessageInfoBytes = proto.WebMessageInfo.encode(info).finish()
  const protocolMessage = {
    type: proto.Message.ProtocolMessage.Type.PEER_DATA_OPERATION_REQUEST_RESPONSE_MESSAGE,
    peerDataOperationRequestResponseMessage: {
      stanzaId: messageId(),
      peerDataOperationResult: [{ placeholderMessageResendResponse: { webMessageInfoBytes } }],
    },
  }
  for (const device of world.registry.companionsOf(user.phone)) {
    push(world, user, device, await seal(world, user, device, { protocolMessage }))
  }
}

async function seal(
  world: World,
  user: User,
  device: Device,
  content: proto.IMessage,
): Promise<PeerMessage> {
  return { content, sealed: await world.signal.encrypt(user, device, encodeWAMessage(content)) }
}

function push(world: World, user: User, device: Device, { content, sealed }: PeerMessage): void {
  const id = messageId()
  sealed.persist()
  const raw = Buffer.from(proto.Message.encode(content).finish()).toString('base64')
  peerMessages(world).set(`${deviceKey(device)}|${id}`, raw)
  world.queue.push(device, 'message', peerStanza(user, id, sealed), user.phone)
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

/** Inside its message, unless it is to lie as a file; it carries the addresses of the people the phone has written with. */
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
      ...(world.historyFile
        ? world.media.send('history', deflateSync(sync), world.historyFile.fault)
        : { initialHistBootstrapInlinePayload: deflateSync(sync) }),
    },
  }
}
