/** One loopback port for both: WebSocket clients and the control API. */
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { Connection } from './connection.js'
import { buildControl } from './control.js'
import { silenceLibsignal } from './signal.js'
import { Store } from './store.js'
import { World } from './world.js'

export interface Sandbox {
  url: string
  world: World
  close(): Promise<void>
}

export async function startSandbox(options: { port: number; state: string }): Promise<Sandbox> {
  silenceLibsignal()
  const store = new Store(options.state)
  const world = new World(store)
  const app = buildControl(world)
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  app.server.on('upgrade', (request, socket: Duplex, head) => {
    if (world.upgrade !== 'ok') {
      socket.end(
        `HTTP/1.1 ${world.upgrade} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      )
      return
    }
    sockets.handleUpgrade(request, socket, head, (client: WebSocket) => {
      world.all.add(new Connection(client, world.keys, world))
    })
  })
  await app.listen({ host: '127.0.0.1', port: options.port })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    world,
    close: async () => {
      for (const connection of world.all) connection.cut()
      await app.close()
      store.close()
    },
  }
}
