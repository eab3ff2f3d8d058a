/** Flow: a session with a way out of its own, through a real CONNECT proxy on loopback. */
import assert from 'node:assert/strict'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { SocksProxy } from './support/proxy.js'
import { until } from './support/wait.js'
import { type Bridge, World } from './support/world.js'

const PASSWORD = 'proxy-password'

describe("a session's own proxy", () => {
  let world: World
  let bridge: Bridge
  let session: number
  let phone: string
  let proxy: http.Server
  const socks = new SocksProxy('salon', PASSWORD)
  const tunnels = new Set<net.Socket>()
  const seen: (string | undefined)[] = []
  before(async () => {
    world = await World.create()
    bridge = await world.bridge({ BRIDGE_ID: 'b' })
    const salon = await world.connect(bridge)
    session = salon.session
    phone = salon.phone
    proxy = http.createServer().on('connect', (request, line: net.Socket) => {
      seen.push(request.headers['proxy-authorization'])
      const upstream = net.connect(Number(request.url?.split(':')[1]), '127.0.0.1')
      line.write('HTTP/1.1 200 Connection established\r\n\r\n')
      line.pipe(upstream).pipe(line)
      tunnels.add(line)
      line.on('close', () => {
        tunnels.delete(line)
        upstream.destroy()
      })
      line.on('error', () => {})
      upstream.on('error', () => line.destroy())
    })
    await listen(0)
  })
  after(async () => {
    socks.close()
    await close()
    await world.end()
  })

  it('is used at once, with its password', async () => {
    const { status, body } = await bridge.call('POST', `/sessions/${session}/proxy`, { url: url() })
    await world.event(session, 'connected', 2)

    assert.equal(status, 200)
    assert.deepEqual(body, { status: 'ok' })
    assert.deepEqual(seen, [`Basic ${Buffer.from(`salon:${PASSWORD}`).toString('base64')}`])
    assert.equal(tunnels.size, 1)
    await world.write(world.newPhone(), phone)
    await world.event(session, 'message')
  })

  it('lies sealed in the database and in no log', async () => {
    const [row] = await world.database.query<{ proxy: Buffer }>(
      'select proxy from bridge.leases where session_id = $1',
      [session],
    )

    assert.ok(row && !row.proxy.includes(PASSWORD) && !row.proxy.includes('salon'))
    assert.ok(!bridge.process.log().includes(PASSWORD))
    const told = JSON.stringify(await bridge.call('GET', `/sessions/${session}`))
    assert.ok(!told.includes(PASSWORD))
  })

  it('is not left by other sessions, and not by this one after a restart', async () => {
    const before = seen.length
    await world.connect(bridge)
    assert.equal(seen.length, before)

    await bridge.process.end('SIGKILL')
    bridge = await world.bridge({ BRIDGE_ID: 'b' })
    await world.event(session, 'connected', 3)

    assert.equal(seen.length, before + 1)
  })

  it('is not passed by when it is down: off the line, credentials kept, back when it is', async () => {
    const { port } = proxy.address() as AddressInfo
    await close()
    await world.event(session, 'disconnected', 2)
    await until('it tries', () => (bridge.process.log().match(/WebSocket Error/g) ?? []).length > 0)

    assert.equal((await world.events(session, 'connected')).length, 3)
    await listen(port)
    await world.event(session, 'connected', 4)
    assert.deepEqual(await world.events(session, 'logged_out'), [])
  })

  it('may be a SOCKS5 one', async () => {
    const before = seen.length
    await bridge.call('POST', `/sessions/${session}/proxy`, {
      url: await socks.open(`salon:${PASSWORD}`),
    })
    await world.event(session, 'connected', 5)

    assert.deepEqual(socks.tunnels, [new URL(world.socketUrl).host])
    assert.equal(seen.length, before)
    const id = await world.write(world.newPhone(), phone)
    await until('the message', async () =>
      (await world.messages(session)).some((message) => message.message_id === id),
    )
  })

  it('is given up again', async () => {
    const before = seen.length
    await bridge.call('POST', `/sessions/${session}/proxy`, { url: null })
    await world.event(session, 'connected', 6)

    assert.equal(seen.length, before)
    assert.equal(socks.tunnels.length, 1)
    const refused = await bridge.call('POST', `/sessions/${session}/proxy`, { url: 'http://' })
    assert.equal(refused.status, 422)
    assert.equal(refused.body.code, 'bad_proxy')
  })

  const url = (): string =>
    `http://salon:${PASSWORD}@127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => proxy.listen(port, '127.0.0.1', resolve))
  const close = async (): Promise<void> => {
    const closed = new Promise((resolve) => proxy.close(resolve))
    for (const line of tunnels) line.destroy()
    await closed
  }
})
