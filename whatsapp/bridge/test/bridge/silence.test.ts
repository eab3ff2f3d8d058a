/** A server that refuses the upgrade or says nothing: Baileys tells of neither, a socket must end all the same. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { WebSocketServer } from 'ws'
import { makeLog } from '../../src/log.js'
import { RetryCounters, SentMessages } from '../../src/session/memory.js'
import { type Live, openSocket } from '../../src/session/socket.js'
import { Accounts } from './support/accounts.js'

/** Instead of the 45 s; and what cannot have ended a test. */
const SOON = { watchdogMs: 300, stepMs: 2_000 }
const NEVER = { watchdogMs: 600_000, stepMs: 600_000 }

describe('a server that does not answer', () => {
  let accounts: Accounts
  let session = 0
  before(async () => {
    accounts = await Accounts.create()
  })
  after(() => accounts.end())

  for (const [name, answer] of [
    ['takes the line and says nothing', () => net.createServer(() => {})],
    ['upgrades and says nothing', () => upgrading()],
  ] as const) {
    it(`${name}: cut by the watchdog, both ends of the line`, async () => {
      const server = answer()
      const [live, line] = await connect(server, SOON)

      const gone = once(line, 'close')
      assert.deepEqual(await live.ended, { code: 408, reason: 'no answer from the server' })
      await gone
      assert.equal(live.isOpen(), false)
      server.close()
    })
  }

  for (const code of [401, 429, 503]) {
    it(`refuses the upgrade with ${code}: ended at once, and not taken for the word of WhatsApp`, async () => {
      const server = http.createServer().on('upgrade', (_request, socket) => {
        socket.end(`HTTP/1.1 ${code} No\r\nContent-Length: 0\r\n\r\n`)
      })
      const [live] = await connect(server, NEVER)

      assert.deepEqual(await live.ended, {
        code,
        reason: 'the upgrade was refused',
        line: 'upgrade_refused',
      })
      server.close()
    })
  }

  /** A new account's socket on the server's port, and the server's end of its line. */
  const connect = async (
    server: net.Server,
    patience: typeof NEVER,
  ): Promise<[Live, net.Socket]> => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    session += 1
    const account = await accounts.open(session)
    await account.beginPairing()
    const taken = once(server, 'connection') as Promise<[net.Socket]>
    const live = openSocket(
      {
        account,
        sent: new SentMessages(),
        retryCounters: new RetryCounters(),
        socketUrl: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`,
        agent: undefined,
        log: makeLog('silent'),
        onQr: () => {},
        onPaired: () => {},
        onOpen: () => {},
        onReceipt: () => {},
        onAck: () => {},
      },
      patience,
    )
    const [line] = await taken
    line.on('error', () => {}).resume()
    return [live, line]
  }

  const upgrading = (): net.Server => {
    const server = http.createServer()
    const sockets = new WebSocketServer({ noServer: true })
    server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, () => {})
    })
    return server
  }
})
