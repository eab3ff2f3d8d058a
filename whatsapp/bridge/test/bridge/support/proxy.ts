/** Proxies on loopback that remember where they were asked to go: CONNECT, and SOCKS5 with a name and a password. */
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'

/** Joins a line to where it wanted to go; `ready` once it is there. */
function join(line: net.Socket, port: number, ready: () => void = () => {}): void {
  const upstream = net.connect(port, '127.0.0.1', ready)
  line.pipe(upstream).pipe(line)
  line.on('error', () => upstream.destroy())
  line.on('close', () => upstream.destroy())
  upstream.on('error', () => line.destroy())
}

abstract class LoopbackProxy {
  /** "host:port" of every tunnel. */
  readonly tunnels: string[] = []
  protected abstract readonly server: net.Server
  protected abstract readonly protocol: string
  private readonly lines = new Set<net.Socket>()

  /** The address, with the credentials it wants. */
  async open(credentials = ''): Promise<string> {
    this.server.on('connection', (line: net.Socket) => {
      this.lines.add(line)
      line.on('close', () => this.lines.delete(line))
    })
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    const { port } = this.server.address() as AddressInfo
    return `${this.protocol}://${credentials && `${credentials}@`}127.0.0.1:${port}`
  }

  close(): void {
    this.server.close()
    for (const line of this.lines) line.destroy()
  }
}

export class ConnectProxy extends LoopbackProxy {
  protected readonly protocol = 'http'
  protected readonly server = http.createServer().on('connect', (request, line: net.Socket) => {
    this.tunnels.push(request.url ?? '')
    join(line, Number(request.url?.split(':')[1]), () =>
      line.write('HTTP/1.1 200 Connection established\r\n\r\n'),
    )
  })
}

export class SocksProxy extends LoopbackProxy {
  protected readonly protocol = 'socks5'
  protected readonly server = net.createServer((line) => this.serve(line))

  constructor(
    private readonly user: string,
    private readonly password: string,
  ) {
    super()
  }

  private serve(line: net.Socket): void {
    const steps = [
      (): void => void line.write(Buffer.of(5, 2)),
      (data: Buffer): void => {
        const user = data.subarray(2, 2 + (data[1] ?? 0)).toString()
        const password = data.subarray(3 + data.readUInt8(1)).toString()
        const isKnown = user === this.user && password === this.password
        line.write(Buffer.of(1, isKnown ? 0 : 1))
      },
      (data: Buffer): void => {
        const host = data.subarray(5, 5 + (data[4] ?? 0)).toString()
        const port = data.readUInt16BE(5 + host.length)
        this.tunnels.push(`${host}:${port}`)
        line.write(Buffer.of(5, 0, 0, 1, 127, 0, 0, 1, 0, 0))
        line.removeAllListeners('data')
        join(line, port)
      },
    ]
    line.on('data', (data: Buffer) => steps.shift()?.(data))
    line.on('error', () => {})
  }
}
