/** Messages that simulated people send: a customer, or the administrator at the handset. */
import { encodeWAMessage, proto } from 'baileys'
import { businessSeconds } from './clock.js'
import { describe } from './content.js'
import { askForKeys } from './iq.js'
import { type BinaryNode, messageId, node } from './nodes.js'
import { type Device, jidOf, type Mode, type User } from './registry.js'
import { withSecret } from './secrets.js'
import type { Sealed } from './signal.js'
import type { World } from './world.js'

export interface SendOptions {
  id?: string
  mode: Mode
  /** How often the same id goes out, encrypted anew each time. */
  copies: number
  /** Fault: the ciphertext is damaged on the way. */
  corrupt: boolean
  /** Companions get no content, as after an advertisement: they have to ask the phone for it. */
  hollow?: boolean
}

interface Envelope {
  from: User
  to: User
  id: string
  t: number
  mode: Mode
  type: string
}

/** Resolves with the id when everything is accepted: logged, encrypted and queued. */
export function sendAs(
  world: World,
  from: User,
  to: User,
  content: proto.IMessage,
  options: SendOptions,
): Promise<string> {
  const message = withSecret(content)
  return world.inOrder(`${from.phone}>${to.phone}`, async () => {
    const { mode } = options
    const seen = describe(message) ?? { kind: 'other' as const, text: '' }
    const type = seen.kind === 'reaction' || seen.kind === 'text' ? seen.kind : 'media'
    const envelope = { from, to, id: options.id ?? messageId(), t: businessSeconds(), mode, type }
    const copies: Copy[] = []
    for (let n = 0; n < options.copies; n++) {
      copies.push(...(await seal(world, envelope, message)))
    }
    const { id, t } = envelope
    if (!world.chats.find(from.phone, to.phone, id)) {
      const raw = Buffer.from(proto.Message.encode(message).finish()).toString('base64')
      // A customer's phone is on and has it at once; a salon's message counts when its companion has it.
      const status = from.kind === 'phone' && to.kind === 'customer' ? 3 : 2
      const row = { ...seen, id, direction: 'out' as const, t, status, raw, mode } as const
      world.chats.add(from.phone, to.phone, row)
    }
    // The other side's handset is simulated too and reads without encryption.
    if (!world.chats.find(to.phone, from.phone, id)) {
      world.chats.add(to.phone, from.phone, { ...seen, id, direction: 'in', t })
    }
    for (const copy of copies) {
      if (options.hollow) {
        const content = [node('unavailable')]
        world.queue.push(
          copy.device,
          'message',
          { ...stanzaFor(envelope, copy), content },
          from.phone,
        )
        continue
      }
      copy.sealed.persist()
      if (options.corrupt) damage(copy.sealed.body)
      world.queue.push(copy.device, 'message', stanzaFor(envelope, copy), from.phone)
      if (copy.sealed.type === 'pkmsg') askForKeys(world, copy.device)
      world.totals.messages_out += 1
    }
    return id
  })
}

/** Answers a retry receipt: the same id again, in a fresh session. */
export async function sendAgain(
  world: World,
  device: Device,
  envelope: Envelope,
  raw: string,
  count: number,
): Promise<void> {
  const message = proto.Message.decode(Buffer.from(raw, 'base64'))
  const own = device.phone === envelope.from.phone
  const plain = encodeWAMessage(own ? deviceSent(envelope, message) : message)
  const sealed = await world.signal.encrypt(envelope.from, device, plain, true)
  sealed.persist()
  const stanza = stanzaFor(envelope, { device, sealed }, count)
  world.queue.settle(device, 'message', envelope.id, envelope.from.phone)
  world.queue.push(device, 'message', stanza, envelope.from.phone)
  world.totals.retries_answered += 1
}

interface Copy {
  device: Device
  sealed: Sealed
}

async function seal(world: World, envelope: Envelope, message: proto.IMessage): Promise<Copy[]> {
  const { from, to } = envelope
  const targets: [Device, proto.IMessage][] = [
    ...world.registry
      .companionsOf(to.phone)
      .map((device): [Device, proto.IMessage] => [device, message]),
    ...world.registry
      .companionsOf(from.phone)
      .map((device): [Device, proto.IMessage] => [device, deviceSent(envelope, message)]),
  ]
  return Promise.all(
    targets.map(async ([device, content]) => ({
      device,
      sealed: await world.signal.encrypt(from, device, encodeWAMessage(content)),
    })),
  )
}

const deviceSent = ({ to, mode }: Envelope, message: proto.IMessage): proto.IMessage => ({
  deviceSentMessage: { destinationJid: jidOf(to, mode), message },
})

function stanzaFor(envelope: Envelope, { device, sealed }: Copy, count?: number): BinaryNode {
  const { from, to, id, t, mode, type } = envelope
  const own = device.phone === from.phone
  const other: Mode = mode === 'lid' ? 'pn' : 'lid'
  const attrs = {
    from: jidOf(from, mode),
    recipient: own ? jidOf(to, mode) : undefined,
    id,
    t,
    type,
    notify: from.name || undefined,
    addressing_mode: mode === 'lid' ? 'lid' : undefined,
    // For a copy of an own message the other address is the recipient's, not the sender's.
    [`${own ? 'peer_recipient' : 'sender'}_${other}`]: jidOf(own ? to : from, other),
  }
  return node('message', attrs, [node('enc', { v: 2, type: sealed.type, count }, sealed.body)])
}

function damage(body: Buffer): void {
  const last = body.length - 1
  body[last] = (body[last] ?? 0) ^ 0xff
}
