/** The way out through a proxy: real CONNECT and SOCKS5 proxies on loopback, a WebSocket through them. */
import assert from 'node:assert/strict'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { WebSocket, WebSocketServer } from 'ws'
import { proxyAgent } from '../../src/proxy.js'
import { SocksProxy } from './support/proxy.js'

const USER = 'salon'
const PASSWORD = 'p@ss'

describe('proxy', () => {
  let target: WebSocketServer
  let connectProxy: http.Server
  const socksProxy = new SocksProxy(USER, PASSWORD)
  let socksUrl: string
  const tunnels: string[] = []
  before(async () => {
    target = new WebSocketServer({ host: '127.0.0.1', port: 0 })
    target.on('connection', (socket) => socket.on('message', (data) => socket.send(`echo ${data}`)))
    connectProxy = http.createServer().on('connect', (request, line: net.Socket) => {
      const expected = `Basic ${Buffer.from(`${USER}:${PASSWORD}`).toString('base64')}`
      if (request.headers['proxy-authorization'] !== expected) {
        line.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
        return
      }
      tunnels.push(String(request.url))
      line.write('HTTP/1.1 200 Connection established\r\n\r\n')
      join(line, Number(request.url?.split(':')[1]))
    })
    await new Promise<void>((resolve) => connectProxy.listen(0, '127.0.0.1', resolve))
    socksUrl = await socksProxy.open()
  })
  after(() => {
    target.close()
    connectProxy.close()
    socksProxy.close()
  })

  for (const kind of ['http', 'socks5'] as const) {
    it(`goes through ${kind} with a user name and a password`, async () => {
      const answer = await talk(kind, PASSWORD)

      assert.equal(answer, 'echo hello')
      const asked = kind === 'http' ? tunnels : socksProxy.tunnels
      assert.equal(asked.at(-1), `127.0.0.1:${portOf(target)}`)
    })

    it(`says so when ${kind} refuses`, async () => {
      await assert.rejects(talk(kind, 'wrong'), /the proxy refused/)
    })
  }

  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port

  const talk = (kind: 'http' | 'socks5', password: string): Promise<string> => {
    const proxy = new URL(kind === 'http' ? `http://127.0.0.1:${portOf(connectProxy)}` : socksUrl)
    proxy.username = USER
    proxy.password = password
    const socket = new WebSocket(`ws://127.0.0.1:${portOf(target)}`, {
      agent: proxyAgent(proxy, false),
    })
    return new Promise<string>((resolve, reject) => {
      socket.on('open', () => socket.send('hello'))
      socket.on('message', (data) => resolve(String(data)))
      socket.on('error', reject)
    }).finally(() => socket.terminate())
  }

  const join = (line: net.Socket, port: number): void => {
    const upstream = net.connect(port, '127.0.0.1')
    line.pipe(upstream).pipe(line)
    line.on('error', () => upstream.destroy())
    upstream.on('error', () => line.destroy())
  }
})
