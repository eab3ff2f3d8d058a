/** A CONNECT proxy on loopback that remembers where it was asked to go. */
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'

export class ConnectProxy {
  readonly tunnels: string[] = []
  private readonly server = http.createServer().on('connect', (request, line: net.Socket) => {
    const [host, port] = (request.url ?? '').split(':')
    this.tunnels.push(request.url ?? '')
    const upstream = net.connect(Number(port), host, () => {
      line.write('HTTP/1.1 200 Connection established\r\n\r\n')
      line.pipe(upstream).pipe(line)
    })
    line.on('error', () => upstream.destroy())
    upstream.on('error', () => line.destroy())
  })

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  close(): void {
    this.server.close()
    this.server.closeAllConnections()
  }
}
