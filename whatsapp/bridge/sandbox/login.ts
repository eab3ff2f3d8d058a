/** Login of a paired companion, the backlog it missed, and what ends a session. */
import type { proto } from 'baileys'
import { realSeconds } from './clock.js'
import { type Connection, streamError } from './connection.js'
import { remindOfUnreadable } from './messages.js'
import { node } from './nodes.js'
import { type Device, deviceKey, jidOf } from './registry.js'
import { firstSync } from './sync.js'
import type { World } from './world.js'

export function login(world: World, connection: Connection, payload: proto.ClientPayload): void {
  const device = world.registry.device(String(payload.username ?? ''), payload.device ?? 0)
  const user = device && world.registry.user(device.phone)
  if (!device || !user || device.noise !== connection.clientStatic.toString('base64')) {
    connection.end(node('failure', { reason: 401, location: 'sandbox' }))
    return
  }
  const key = deviceKey(device)
  const previous = world.connections.get(key)
  world.connections.set(key, connection)
  connection.device = device
  if (previous) {
    previous.live = false
    previous.end(streamError.replaced())
    world.queue.disconnected(key)
  }
  connection.send(
    node('success', {
      t: realSeconds(),
      lid: jidOf(user, 'lid', device.id),
      display_name: user.name || undefined,
    }),
  )
}

/** `passive set active`: the client is ready to hear what it missed. */
export function onActive(world: World, connection: Connection, device: Device): void {
  const count = world.queue.size(device)
  connection.send(node('ib', {}, [node('offline_preview', { count, message: count })]))
}

export async function onOfflineBatch(
  world: World,
  connection: Connection,
  device: Device,
): Promise<void> {
  if (connection.live || world.connectionOf(device) !== connection) return
  const backlog = world.queue.backlog(device)
  for (const stanza of backlog) connection.send(stanza)
  connection.send(node('ib', {}, [node('offline', { count: backlog.length })]))
  connection.live = true
  world.announceDevice(device, 'connected')
  remindOfUnreadable(world, device)
  await firstSync(world, device)
}

/** Logout from the phone: the companion hears 401 and is forgotten. */
export function logOut(world: World, device: Device): void {
  const connection = world.connectionOf(device)
  world.removeDevice(device)
  connection?.end(streamError.deviceRemoved())
}

/** As if the same companion had logged in elsewhere. */
export function replace(world: World, device: Device): void {
  world.connectionOf(device)?.end(streamError.replaced())
}
