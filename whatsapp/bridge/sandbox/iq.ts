/** Answers to the requests (`iq`) of clients. What is not listed gets an empty result. */
import { jidDecode } from 'baileys'
import type { Connection } from './connection.js'
import { logOut, onActive } from './login.js'
import {
  type BinaryNode,
  bigEndian,
  bytesOf,
  child,
  children,
  node,
  S_WHATSAPP_NET,
  stanzaId,
  uint,
} from './nodes.js'
import type { Bundle } from './prekeys.js'
import { base64, type Device, jidOf } from './registry.js'
import type { World } from './world.js'

/** Below this the server asks a companion for more one-time keys. */
const FEW_PREKEYS = 5

/** A number is the code of a refusal. */
type Answer = BinaryNode[] | number | undefined

export async function answerIq(
  world: World,
  connection: Connection,
  iq: BinaryNode,
): Promise<void> {
  if (iq.attrs.type !== 'get' && iq.attrs.type !== 'set') return
  const content = contentFor(world, connection, iq)
  const refusal = typeof content === 'number' && [node('error', { code: content, text: 'refused' })]
  const attrs = { from: S_WHATSAPP_NET, type: refusal ? 'error' : 'result', id: iq.attrs.id }
  connection.send(node('iq', attrs, refusal || (content as BinaryNode[] | undefined)))
  const { device } = connection
  if (!device) return
  if (iq.attrs.xmlns === 'passive' && child(iq, 'active')) onActive(world, connection, device)
  if (child(iq, 'remove-companion-device')) logOut(world, device)
}

function contentFor(world: World, connection: Connection, iq: BinaryNode): Answer {
  const { device } = connection
  const [first] = Array.isArray(iq.content) ? iq.content : []
  if (first?.tag === 'link_code_companion_reg') return world.pairing.onLinkCode(connection, first)
  if (!device) return undefined
  switch (iq.attrs.xmlns) {
    case 'encrypt':
      return encryptAnswer(world, device, iq)
    case 'usync':
      return [usyncAnswer(world, iq)]
    case 'w:sync:app:state':
      return [appStateAnswer(iq)]
    case 'abt':
      return [node('props', { hash: 'sandbox', ab_key: 'sandbox', refresh: 86400 })]
    case 'blocklist':
      return [node('list')]
    case 'privacy':
      if (iq.attrs.type === 'set') return undefined
      return [node('privacy', {}, [node('category', { name: 'readreceipts', value: 'all' })])]
    case 'w:m': {
      const auth = world.media.token()
      return [
        node('media_conn', { auth, ttl: 3600 }, [node('host', { hostname: 'mmg.whatsapp.net' })]),
      ]
    }
    default:
      return undefined
  }
}

function encryptAnswer(world: World, device: Device, iq: BinaryNode): Answer {
  if (iq.attrs.type === 'set') {
    storeKeys(world, device, iq)
    return undefined
  }
  if (child(iq, 'count')) return [node('count', { value: world.prekeys.count(device) })]
  if (child(iq, 'digest')) return [node('digest', {}, digestOf(device))]
  const asked = children(child(iq, 'key'), 'user').map((user) => user.attrs.jid ?? '')
  return [
    node(
      'list',
      {},
      asked.map((jid) => bundleNode(world, jid)),
    ),
  ]
}

function storeKeys(world: World, device: Device, iq: BinaryNode): void {
  const signed = child(child(iq, 'rotate') ?? iq, 'skey')
  if (signed) {
    device.signedPreKey = {
      id: uint(bytesOf(signed, 'id')),
      pub: base64(bytesOf(signed, 'value')),
      signature: base64(bytesOf(signed, 'signature')),
    }
    world.registry.saveDevice(device)
  }
  const keys = children(child(iq, 'list'), 'key')
  if (!keys.length) return
  world.prekeys.upload(
    device,
    keys.map((key) => [uint(bytesOf(key, 'id')), base64(bytesOf(key, 'value'))]),
  )
}

function digestOf(device: Device): BinaryNode[] {
  return [
    node('registration', {}, bigEndian(device.registrationId)),
    node('type', {}, Buffer.from([5])),
    node('identity', {}, Buffer.from(device.identity, 'base64')),
    node('skey', {}, [node('id', {}, bigEndian(device.signedPreKey.id, 3))]),
  ]
}

function bundleNode(world: World, jid: string): BinaryNode {
  const address = world.registry.resolve(jid)
  const companion = address?.device
    ? world.registry.device(address.user.phone, address.device)
    : undefined
  if (!address || (address.device && !companion)) {
    return node('user', { jid }, [node('error', { code: 404, text: 'item-not-found' })])
  }
  const bundle = companion
    ? world.prekeys.takeCompanion(companion)
    : world.prekeys.takeSimulated(address.user)
  if (companion) askForKeys(world, companion)
  return node('user', { jid }, bundleNodes(bundle))
}

export function bundleNodes(bundle: Bundle): BinaryNode[] {
  const { oneTime, signed } = bundle
  const key = oneTime && [
    node('key', {}, [node('id', {}, bigEndian(oneTime.id, 3)), node('value', {}, oneTime.pub)]),
  ]
  return [
    node('registration', {}, bigEndian(bundle.registrationId)),
    node('type', {}, Buffer.from([5])),
    node('identity', {}, bundle.identity),
    ...(key ?? []),
    node('skey', {}, [
      node('id', {}, bigEndian(signed.id, 3)),
      node('value', {}, signed.pub),
      node('signature', {}, signed.signature),
    ]),
  ]
}

/** The server asks for more one-time keys when few are left; call it after taking one. */
export function askForKeys(world: World, device: Device): void {
  const count = world.prekeys.count(device)
  if (count >= FEW_PREKEYS) return
  const attrs = { from: S_WHATSAPP_NET, type: 'encrypt', id: stanzaId() }
  const stanza = node('notification', attrs, [node('count', { value: count })])
  world.connectionOf(device)?.send(stanza)
}

function usyncAnswer(world: World, iq: BinaryNode): BinaryNode {
  const usync = child(iq, 'usync')
  const asked = new Set((list(child(usync, 'query')) ?? []).map((protocol) => protocol.tag))
  const users = children(child(usync, 'list'), 'user').flatMap((user) => {
    const found = usyncUser(world, user, asked)
    return found ? [found] : []
  })
  return node('usync', {}, [node('result'), node('list', {}, users)])
}

const list = (parent: BinaryNode | undefined): BinaryNode[] | undefined =>
  Array.isArray(parent?.content) ? parent.content : undefined

function usyncUser(
  world: World,
  asked: BinaryNode,
  protocols: Set<string>,
): BinaryNode | undefined {
  const contact = child(asked, 'contact')?.content
  const number =
    contact &&
    Buffer.from(contact as Uint8Array | string)
      .toString()
      .replace(/\D/g, '')
  const jid = asked.attrs.jid ?? (number ? `${number}@s.whatsapp.net` : '')
  const address = world.registry.resolve(jid)
  if (!address) {
    if (!protocols.has('contact') || !jid) return undefined
    return node('user', { jid }, [node('contact', { type: 'out' })])
  }
  const { user } = address
  const content: BinaryNode[] = []
  if (protocols.has('contact')) content.push(node('contact', { type: 'in' }))
  if (protocols.has('devices')) {
    const companions = world.registry
      .companionsOf(user.phone)
      .map(({ id, keyIndex }) => node('device', { id, 'key-index': keyIndex }))
    const devices = node('device-list', {}, [node('device', { id: 0 }), ...companions])
    content.push(node('devices', {}, [devices]))
  }
  // Given for phone numbers only: for a LID the client would map the LID to itself.
  if (protocols.has('lid') && jidDecode(jid)?.server !== 'lid') {
    content.push(node('lid', { val: jidOf(user, 'lid') }))
  }
  return node('user', { jid }, content)
}

/** Every asked collection comes back empty; one left out would make the client ask for ever. */
function appStateAnswer(iq: BinaryNode): BinaryNode {
  const collections = children(child(iq, 'sync'), 'collection').map(({ attrs }) =>
    node('collection', { name: attrs.name, version: attrs.version ?? 0 }),
  )
  return node('sync', {}, collections)
}
