/** Messages that companions send: decrypted by the simulated devices, passed on to other companions. */
import { proto, unpadRandomMax16 } from 'baileys'
import type { Failure } from './chats.js'
import { businessSeconds } from './clock.js'
import type { Connection } from './connection.js'
import { describe, openMedia } from './content.js'
import { bundleNodes } from './iq.js'
import { type BinaryNode, bigEndian, child, children, node } from './nodes.js'
import { type Address, type Device, jidOf, type Mode, type User } from './registry.js'
import { resend } from './sync.js'
import type { World } from './world.js'

/** A phone asks for the same message again this many times, then gives up. */
const MAX_RETRIES = 5

/** One message of a companion as the server sees it. */
interface Envelope {
  id: string
  /** The chat as addressed, without a device. */
  chat: string
  mode: Mode
  sender: Device
  from: User
  peer: User
  peerMessage: boolean
  stanza: BinaryNode
  /** Receipts that go back; the server's ack comes before them. */
  receipts: (() => void)[]
}

interface Part {
  address: Address
  enc: BinaryNode
}

export async function onMessage(
  world: World,
  connection: Connection,
  sender: Device,
  stanza: BinaryNode,
): Promise<void> {
  const { id = '', to = '', recipient } = stanza.attrs
  const from = world.registry.user(sender.phone)
  const chat = world.registry.resolve(recipient ?? to)
  if (!from || !chat || !id) {
    acknowledge(connection, id, to, chat ? undefined : 404)
    return
  }
  const refusal = refusalOf(world, chat.user.phone)
  if (refusal) {
    acknowledge(connection, id, to, refusal)
    return
  }
  const mode: Mode = chat.lid ? 'lid' : 'pn'
  const envelope: Envelope = {
    id,
    chat: jidOf(chat.user, mode),
    mode,
    sender,
    from,
    peer: chat.user,
    peerMessage: stanza.attrs.category === 'peer',
    stanza,
    receipts: [],
  }
  world.totals.messages_in += 1
  await Promise.all(partsOf(world, stanza).map((part) => deliver(world, envelope, part)))
  acknowledge(connection, id, to)
  for (const send of envelope.receipts) send()
}

function acknowledge(
  connection: Connection,
  id: string,
  to: string,
  error?: string | number,
): void {
  const attrs = { class: 'message', id, from: to, t: businessSeconds(), error }
  connection.send(node('ack', attrs))
}

function refusalOf(world: World, phone: string): string | undefined {
  const refusal = world.refusals.get(phone)
  if (!refusal) return undefined
  refusal.times -= 1
  if (refusal.times <= 0) world.refusals.delete(phone)
  return refusal.error
}

/** One ciphertext a device; a re-sent message carries a single one for the address in `to`. */
function partsOf(world: World, stanza: BinaryNode): Part[] {
  const parts: Part[] = []
  const add = (jid: string | undefined, enc: BinaryNode | undefined): void => {
    const address = world.registry.resolve(jid)
    if (address && enc) parts.push({ address, enc })
  }
  for (const to of children(child(stanza, 'participants'), 'to'))
    add(to.attrs.jid, child(to, 'enc'))
  add(stanza.attrs.to, child(stanza, 'enc'))
  return parts
}

async function deliver(world: World, envelope: Envelope, { address, enc }: Part): Promise<void> {
  if (address.device) passOn(world, envelope, address, enc)
  else await read(world, envelope, address.user, enc)
}

/** Another real companion: the ciphertext is not ours to open. */
function passOn(world: World, envelope: Envelope, address: Address, enc: BinaryNode): void {
  const device = world.registry.device(address.user.phone, address.device)
  const { id, mode, sender, from, chat, stanza } = envelope
  if (!device) return
  const own = device.phone === sender.phone
  const identity = child(stanza, 'device-identity')
  const other: Mode = mode === 'lid' ? 'pn' : 'lid'
  const alt = own ? jidOf(envelope.peer, other) : jidOf(from, other)
  const attrs = {
    from: jidOf(from, mode, sender.id),
    recipient: own ? chat : undefined,
    id,
    t: businessSeconds(),
    type: stanza.attrs.type,
    notify: from.name || undefined,
    addressing_mode: mode,
    [`${own ? 'peer_recipient' : 'sender'}_${other}`]: alt,
  }
  const message = node('message', attrs, [enc, ...(identity ? [identity] : [])])
  world.queue.push(device, 'message', message, from.phone)
}

/** A simulated device opens its copy: the customer, or the sender's own handset. */
async function read(world: World, envelope: Envelope, owner: User, enc: BinaryNode): Promise<void> {
  const { sender, id } = envelope
  const own = owner.phone === sender.phone
  const peer = own ? envelope.peer.phone : envelope.from.phone
  try {
    const body = Buffer.from(enc.content as Uint8Array)
    const type = enc.attrs.type ?? 'msg'
    const opened = await world.signal.decrypt(owner, sender, type, body)
    opened.persist()
    const outer = proto.Message.decode(unpadRandomMax16(opened.plain))
    if (envelope.peerMessage) {
      return await answerPeer(world, owner, outer.deviceSentMessage?.message ?? outer)
    }
    show(world, envelope, owner.phone, peer, outer.deviceSentMessage?.message ?? outer, own)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    if (envelope.peerMessage) return
    const { mode } = envelope
    const failed = { id, error: reason, device: sender.id, mode }
    const failure = world.chats.fail(owner.phone, peer, failed)
    const ask = failure && askAgain(world, owner, sender, envelope.peer, failure)
    if (ask) envelope.receipts.push(ask)
    return
  }
  if (!own) confirm(world, envelope, owner)
}

/** A companion asks the phone for messages it got without content. */
async function answerPeer(world: World, owner: User, { protocolMessage }: proto.IMessage) {
  const asked = protocolMessage?.peerDataOperationRequestMessage?.placeholderMessageResendRequest
  for (const { messageKey } of asked ?? []) {
    const customer = world.registry.resolve(messageKey?.remoteJid ?? undefined)?.user
    const known = customer && world.chats.find(customer.phone, owner.phone, messageKey?.id ?? '')
    if (!customer || !known?.raw) continue
    const key = { remoteJid: jidOf(customer, 'pn'), fromMe: false, id: known.id }
    const message = proto.Message.decode(Buffer.from(known.raw, 'base64'))
    await resend(world, owner, { key, message, messageTimestamp: known.t })
  }
}

function show(
  world: World,
  envelope: Envelope,
  owner: string,
  peer: string,
  message: proto.IMessage,
  own: boolean,
): void {
  const seen = describe(message)
  if (!seen) return
  const { id, sender, mode } = envelope
  const media = openMedia(world.media, message)
  world.chats.add(owner, peer, {
    ...seen,
    ...(media && { media }),
    id,
    direction: own ? 'out' : 'in',
    t: businessSeconds(),
    status: own ? 2 : 0,
    ...(!own && {
      sender: { phone: sender.phone, id: sender.id, jid: jidOf(envelope.peer, mode) },
    }),
  })
}

/** The receipt that gives the second tick. */
function confirm(world: World, envelope: Envelope, owner: User): void {
  const attrs = { from: envelope.chat, id: envelope.id, t: businessSeconds() }
  const receipt = node('receipt', attrs)
  envelope.receipts.push(world.queue.enqueue(envelope.sender, 'receipt', receipt, owner.phone))
  world.chats.raise(envelope.from.phone, owner.phone, envelope.id, 3)
}

/**
 * As a phone that could not decrypt: from the second time on with its own keys. `peer` is the other side of the
 * chat as the sender sees it: the owner, or for the sender's own handset the one it was written to. Returns what
 * sends the request; nothing after too many.
 */
function askAgain(
  world: World,
  owner: User,
  sender: Device,
  peer: User,
  failure: Failure,
): (() => void) | undefined {
  if (failure.asked >= MAX_RETRIES) return undefined
  const own = owner.phone === sender.phone
  world.chats.asked(owner.phone, own ? peer.phone : sender.phone, failure)
  const { id, mode, asked } = failure
  const t = businessSeconds()
  const keys =
    asked > 1 ? [node('keys', {}, keysOf(bundleNodes(world.prekeys.takeSimulated(owner))))] : []
  const attrs = {
    from: jidOf(owner, mode),
    recipient: own ? jidOf(peer, mode) : undefined,
    type: 'retry',
    id,
    t,
  }
  const receipt = node('receipt', attrs, [
    node('retry', { count: asked, id, t, v: 1 }),
    node('registration', {}, bigEndian(owner.registrationId)),
    ...keys,
  ])
  world.totals.retries_asked += 1
  return world.queue.enqueue(sender, 'receipt', receipt, owner.phone)
}

/** A companion is back: customers ask once more for what they could not read, the last answer may be lost. */
export function remindOfUnreadable(world: World, device: Device): void {
  for (const phone of world.chats.peersOf(device.phone)) {
    const owner = world.registry.user(phone)
    if (!owner) continue
    for (const failure of world.chats.failures(phone, device.phone)) {
      const { id } = failure
      if (failure.device !== device.id || world.queue.isWaiting(device, 'receipt', id)) continue
      askAgain(world, owner, device, owner, failure)?.()
    }
  }
}

/** In a retry receipt the registration stands outside the keys. */
const keysOf = (bundle: BinaryNode[]): BinaryNode[] =>
  bundle.filter(({ tag }) => tag !== 'registration')
