/** The way out through WHATSAPP_PROXY_URL: a tunnel made by HTTP CONNECT or SOCKS5, TLS with WhatsApp inside it. */
import http from 'node:http'
import { Agent } from 'node:https'
import net from 'node:net'
import tls from 'node:tls'

const TUNNEL_MS = 15_000

interface Target {
  host: string
  port: number
  /** false: ws://, as the sandbox speaks it, goes through plain. */
  secure: boolean
}

/** An agent for the WebSocket client. The proxy learns the host name, nothing else. */
export function proxyAgent(proxy: URL, secure: boolean): Agent {
  const agent = secure ? new Agent({ keepAlive: false }) : new http.Agent({ keepAlive: false })
  const createConnection = (
    { host, port }: { host: string; port: number | string },
    done: (error: Error | null, socket?: net.Socket) => void,
  ): void => {
    openTunnel(proxy, { host, port: Number(port), secure }).then(
      (socket) => done(null, socket),
      (error: Error) => done(error),
    )
  }
  // Baileys' type asks for the https one; for ws:// Node insists on the other.
  return Object.assign(agent, { createConnection }) as unknown as Agent
}

async function openTunnel(proxy: URL, target: Target): Promise<net.Socket> {
  const socket = net.connect(
    Number(proxy.port) || (proxy.protocol === 'http:' ? 8080 : 1080),
    proxy.hostname,
  )
  const timer = setTimeout(() => socket.destroy(new Error('the proxy did not answer')), TUNNEL_MS)
  try {
    const reader = new Reader(socket)
    if (proxy.protocol === 'http:') await httpConnect(socket, reader, proxy, target)
    else await socksConnect(socket, reader, proxy, target)
    reader.release()
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
  return target.secure ? tls.connect({ socket, servername: target.host }) : socket
}

async function httpConnect(
  socket: net.Socket,
  reader: Reader,
  proxy: URL,
  { host, port }: Target,
): Promise<void> {
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  const authorization = proxy.username
    ? `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
    : ''
  socket.write(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n${authorization}\r\n`)
  const head = (await reader.until('\r\n\r\n')).toString('latin1')
  if (!/^HTTP\/1\.[01] 2\d\d/.test(head)) {
    throw new Error(`the proxy refused the tunnel: ${head.split('\r\n')[0]?.slice(0, 60)}`)
  }
}

/** RFC 1928 and 1929, with the host name resolved by the proxy. */
async function socksConnect(
  socket: net.Socket,
  reader: Reader,
  proxy: URL,
  { host, port }: Target,
): Promise<void> {
  const user = Buffer.from(decodeURIComponent(proxy.username))
  const password = Buffer.from(decodeURIComponent(proxy.password))
  socket.write(user.length ? Buffer.of(5, 2, 0, 2) : Buffer.of(5, 1, 0))
  const [, method] = await reader.take(2)
  if (method === 2) {
    socket.write(
      Buffer.concat([Buffer.of(1, user.length), user, Buffer.of(password.length), password]),
    )
    const [, status] = await reader.take(2)
    if (status !== 0) throw new Error('the proxy refused the user name or password')
  } else if (method !== 0) throw new Error('the proxy offers no way to log in that is known here')
  const name = Buffer.from(host)
  socket.write(
    Buffer.concat([Buffer.of(5, 1, 0, 3, name.length), name, Buffer.of(port >> 8, port & 255)]),
  )
  const [, reply, , kind] = await reader.take(4)
  if (reply !== 0) throw new Error(`the proxy refused the tunnel: SOCKS reply ${reply}`)
  const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await reader.take(1))[0] ?? 0)
  await reader.take(length + 2)
}

/** Reads exactly what a handshake needs and gives the rest back to the socket. */
class Reader {
  private buffer = Buffer.alloc(0)
  private wake: () => void = () => {}
  private failure: Error | undefined
  private readonly onData = (chunk: Buffer): void => {
    this.buffer = Buffer.concat([this.buffer, chunk])
    this.wake()
  }
  private readonly onEnd = (error?: Error): void => {
    this.failure = error instanceof Error ? error : new Error('the proxy closed the connection')
    this.wake()
  }

  constructor(private readonly socket: net.Socket) {
    socket.on('data', this.onData)
    socket.on('error', this.onEnd)
    socket.on('close', this.onEnd)
  }

  async take(count: number): Promise<Buffer> {
    return this.cut(() => (this.buffer.length >= count ? count : 0))
  }

  async until(mark: string): Promise<Buffer> {
    return this.cut(() => {
      const at = this.buffer.indexOf(mark)
      if (at < 0 && this.buffer.length > 16_384)
        throw new Error('the proxy answered something else')
      return at < 0 ? 0 : at + mark.length
    })
  }

  release(): void {
    this.socket.off('data', this.onData)
    this.socket.off('error', this.onEnd)
    this.socket.off('close', this.onEnd)
    // Not paused: whoever gets the socket listens before the next bytes are read, and speaks first.
    if (this.buffer.length > 0) this.socket.unshift(this.buffer)
  }

  private async cut(measure: () => number): Promise<Buffer> {
    for (;;) {
      const length = measure()
      if (length > 0) {
        const head = this.buffer.subarray(0, length)
        this.buffer = this.buffer.subarray(length)
        return head
      }
      if (this.failure) throw this.failure
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }
}
