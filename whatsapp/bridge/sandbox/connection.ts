/** One WebSocket of one client: handshake, frames in and out, endings. What stanzas mean is decided elsewhere. */
import type { proto } from 'baileys'
import type { WebSocket } from 'ws'
import { FrameReader, frame } from './frames.js'
import { type BinaryNode, decode, encode, node } from './nodes.js'
import { NoiseServer, type ServerKeys } from './noise.js'
import type { Device } from './registry.js'

export interface Handlers {
  /** The handshake is done; the payload says who connects. */
  opened(connection: Connection, payload: proto.ClientPayload): void
  received(connection: Connection, stanza: BinaryNode): void
  closed(connection: Connection): void
  /** Must make everything durable that the bytes about to leave rest on. */
  beforeSend(): void
  /** Milliseconds that whatever the server says is on its way. */
  readonly latency: number
  /** A stanza could not be handled: a bug here, or a client that breaks the protocol. */
  failed(connection: Connection, error: unknown): void
}

export class Connection {
  private readonly reader = new FrameReader()
  private readonly noise: NoiseServer
  private stage: 'hello' | 'finish' | 'open' | 'ended' = 'hello'
  private onTheWay = 0
  private way: Promise<void> = Promise.resolve()
  private queries = new Map<string, (answer: BinaryNode) => void>()
  /** Noise key of the client: proves which companion it is. */
  clientStatic: Buffer = Buffer.alloc(0)
  /** Set after login. */
  device: Device | undefined
  /** Login is over and the backlog is out: new stanzas go straight through. */
  live = false
  /** The client shows itself online: only then it hears who is typing. */
  available = false
  /** Fault: what the client sends is lost on the way. */
  deaf = false
  /** Fault: what the server sends is lost on the way. */
  mute = false

  constructor(
    private readonly socket: WebSocket,
    keys: ServerKeys,
    private readonly handlers: Handlers,
  ) {
    this.noise = new NoiseServer(keys)
    socket.on('message', (data: Buffer) => this.read(data))
    socket.on('close', () => this.finish())
    socket.on('error', () => this.finish())
  }

  get open(): boolean {
    return this.stage === 'open' && this.socket.readyState === this.socket.OPEN
  }

  send(stanza: BinaryNode): void {
    this.sendEncoded(encode(stanza))
  }

  sendEncoded(bytes: Buffer): void {
    if (!this.open || this.mute) return
    this.handlers.beforeSend()
    const sealed = frame(this.noise.encrypt(bytes))
    this.later(() => this.socket.send(sealed))
  }

  /** Sends a stanza that the client must answer; rejects after 10 s or when the connection ends. */
  query(stanza: BinaryNode): Promise<BinaryNode> {
    const id = stanza.attrs.id ?? ''
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => settle(undefined), 10_000)
      const settle = (answer: BinaryNode | undefined): void => {
        clearTimeout(timer)
        this.queries.delete(id)
        this.socket.off('close', gone)
        if (answer) resolve(answer)
        else reject(new Error('the client did not answer'))
      }
      const gone = (): void => settle(undefined)
      this.socket.once('close', gone)
      this.queries.set(id, settle)
      this.send(stanza)
    })
  }

  /** Says goodbye with a stream error (or failure) and closes in order. */
  end(last?: BinaryNode): void {
    if (last) this.send(last)
    this.later(() => this.socket.close())
  }

  /** Cuts the TCP connection without a word. */
  cut(): void {
    this.socket.terminate()
  }

  /** After the latency, in order: what left before a change of it must not be overtaken. */
  private later(act: () => void): void {
    const { latency } = this.handlers
    if (latency === 0 && this.onTheWay === 0) {
      act()
      return
    }
    this.onTheWay += 1
    const due = performance.now() + latency
    this.way = this.way.then(async () => {
      const left = due - performance.now()
      if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
      this.onTheWay -= 1
      if (this.socket.readyState === this.socket.OPEN) act()
    })
  }

  private read(data: Buffer): void {
    try {
      for (const body of this.reader.push(data)) this.accept(body)
    } catch (error) {
      this.handlers.failed(this, error)
      this.cut()
    }
  }

  private accept(body: Buffer): void {
    if (this.stage === 'hello') {
      this.stage = 'finish'
      this.socket.send(frame(this.noise.hello(body)))
    } else if (this.stage === 'finish') {
      const { clientStatic, payload } = this.noise.finish(body)
      this.clientStatic = clientStatic
      this.stage = 'open'
      this.handlers.opened(this, payload)
    } else if (this.stage === 'open') {
      const stanza = decode(this.noise.decrypt(body))
      if (this.deaf) return
      const waiting = this.queries.get(stanza.attrs.id ?? '')
      if (stanza.tag === 'iq' && waiting && stanza.attrs.type !== 'set') waiting(stanza)
      else this.handlers.received(this, stanza)
    }
  }

  private finish(): void {
    if (this.stage === 'ended') return
    this.stage = 'ended'
    this.live = false
    this.handlers.closed(this)
  }
}

export const streamError = {
  restartRequired: (): BinaryNode => node('stream:error', { code: 515 }),
  deviceRemoved: (): BinaryNode =>
    node('stream:error', { code: 401 }, [node('conflict', { type: 'device_removed' })]),
  replaced: (): BinaryNode => node('stream:error', {}, [node('conflict', { type: 'replaced' })]),
  code: (code: number): BinaryNode => node('stream:error', { code }),
}
