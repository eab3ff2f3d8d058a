/** Receipts and acks of companions: they settle the queue, give ticks, and ask for messages again. */

import { encodeWAMessage, proto } from 'baileys'
import { businessSeconds } from './clock.js'
import type { Connection } from './connection.js'
import { onLostFile } from './media-again.js'
import { type BinaryNode, bigEndian, child, children, node } from './nodes.js'
import { type Device, deviceKey, jidOf, type Mode, type User } from './registry.js'
import { sendAgain } from './send.js'
import { peerMessages, peerStanza } from './sync.js'
import type { World } from './world.js'

const READ = new Set(['read', 'played'])
/** These say nothing about delivery. */
const SILENT = new Set(['hist_sync', 'read-self'])

export async function onReceipt(
  world: World,
  connection: Connection,
  device: Device,
  stanza: BinaryNode,
): Promise<void> {
  const { id = '', type, to, recipient } = stanza.attrs
  if (type === 'retry') await onRetry(world, device, stanza)
  else if (type === 'server-error') onLostFile(world, connection, device, stanza)
  else if (!SILENT.has(type ?? '')) {
    const more = children(child(stanza, 'list'), 'item').map((item) => item.attrs.id ?? '')
    for (const one of [id, ...more]) settle(world, device, one, to, type)
  }
  connection.send(node('ack', { class: 'receipt', id, type, from: recipient ?? to }))
}

export function onAck(world: World, device: Device, stanza: BinaryNode): void {
  const { class: cls, id = '', error } = stanza.attrs
  if (cls === 'receipt' || cls === 'notification') {
    world.queue.settle(device, cls, id)
  } else if (cls === 'message') {
    if (error) world.totals.nacks += 1
    // The nack that follows a retry receipt belongs to the old ciphertext.
    if (error && world.queue.swallowNack(device, id)) return
    world.queue.settle(device, 'message', id)
  }
}

function settle(
  world: World,
  device: Device,
  id: string,
  to: string | undefined,
  type: string | undefined,
): void {
  const peer = world.registry.resolve(to)?.user
  const read = READ.has(type ?? '')
  const settled = world.queue.settle(device, 'message', id)
  for (const phone of new Set([...settled, ...(peer ? [peer.phone] : [])])) {
    if (phone === device.phone) continue
    world.chats.raise(phone, device.phone, id, read ? 4 : 3)
    passReceipt(world, device, phone, id, type)
  }
}

/** When the message came from a real companion, that companion gets the receipt. */
function passReceipt(
  world: World,
  device: Device,
  phone: string,
  id: string,
  type: string | undefined,
): void {
  const sender = world.chats.find(device.phone, phone, id)?.sender
  const target = sender && world.registry.device(sender.phone, sender.id)
  if (!sender || !target) return
  const attrs = {
    from: sender.jid,
    id,
    t: businessSeconds(),
    type: READ.has(type ?? '') ? type : undefined,
  }
  world.queue.push(target, 'receipt', node('receipt', attrs), device.phone)
}

async function onRetry(world: World, device: Device, stanza: BinaryNode): Promise<void> {
  const { id = '', to, recipient } = stanza.attrs
  const author = world.registry.resolve(to)
  const retry = child(stanza, 'retry')
  if (!author || !retry) return
  const count = Number(retry.attrs.count ?? 1)
  const { user } = author
  // The old ciphertext stays queued until the new one is: a crash in between must not lose the message.
  world.queue.expectNack(device, id)
  if (author.device) {
    passRetry(world, device, user, author.device, stanza, author.lid ? 'lid' : 'pn')
    return
  }
  const raw = peerMessages(world).get(`${deviceKey(device)}|${id}`)
  if (raw !== undefined) {
    await peerAgain(world, device, user, id, raw, count)
    return
  }
  const own = user.phone === device.phone
  const partner = own ? world.registry.resolve(recipient)?.user : world.registry.user(device.phone)
  const message = partner && world.chats.find(user.phone, partner.phone, id)
  if (!partner || !message?.raw) return
  await world.inOrder(`${user.phone}>${partner.phone}`, () => {
    const { t, mode = 'lid', kind } = message
    const type = kind === 'reaction' || kind === 'text' ? kind : 'media'
    const envelope = { from: user, to: partner, id, t, mode, type }
    return sendAgain(world, device, envelope, message.raw ?? '', count)
  })
}

async function peerAgain(
  world: World,
  device: Device,
  user: User,
  id: string,
  raw: string,
  count: number,
): Promise<void> {
  const content = proto.Message.decode(Buffer.from(raw, 'base64'))
  const sealed = await world.signal.encrypt(user, device, encodeWAMessage(content), true)
  sealed.persist()
  world.queue.settle(device, 'message', id, user.phone)
  world.queue.push(device, 'message', peerStanza(user, id, sealed, count), user.phone)
}

/** Only the companion that wrote the message can encrypt it again. */
function passRetry(
  world: World,
  device: Device,
  author: User,
  authorDevice: number,
  stanza: BinaryNode,
  mode: Mode,
): void {
  const target = world.registry.device(author.phone, authorDevice)
  const asking = world.registry.user(device.phone)
  world.queue.settle(device, 'message', stanza.attrs.id ?? '', author.phone)
  if (!target || !asking) return
  const own = author.phone === device.phone
  const attrs = {
    from: jidOf(asking, mode, device.id),
    recipient: own ? stanza.attrs.recipient : undefined,
    type: 'retry',
    id: stanza.attrs.id,
    t: businessSeconds(),
  }
  const content = Array.isArray(stanza.content)
    ? stanza.content
    : [node('registration', {}, bigEndian(device.registrationId))]
  world.queue.push(target, 'receipt', node('receipt', attrs, content), device.phone)
}
