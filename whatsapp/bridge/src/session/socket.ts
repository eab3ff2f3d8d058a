/** One Baileys socket for one account: its options, our hooks, and a single promise that says how it ended. */
import type { Agent } from 'node:https'
import makeWASocket, {
  type BinaryNode,
  DEFAULT_CONNECTION_CONFIG,
  proto,
  type SignalRepositoryWithLIDStore,
  type SocketConfig,
  type WASocket,
} from 'baileys'
import type { WebSocket } from 'ws'
import type { Log } from '../log.js'
import { baileysLog } from '../log.js'
import { MediaHosts } from '../media/transfer.js'
import type { Account } from '../store/account.js'
import { outside } from '../store/context.js'
import type { EventRow } from '../store/rows.js'
import { Envelopes, journalDecryption } from './decrypt-hook.js'
import { keepOrder } from './in-order.js'
import type { RetryCounters, SentMessages } from './memory.js'
import { isPerson } from './normalise.js'
import { PeerWorker } from './peer-work.js'
import { installSendGate } from './send-gate.js'
import { type Ending, STORE_FAILED, WA_VERSION } from './states.js'
import { followTyping } from './typing.js'

/** Known to pair by QR and by code; the name is what the salon sees among its linked devices. */
const BROWSER: [string, string, string] = ['Mac OS', 'Chrome', '14.4.1']
export const QR_SECONDS = 20
const QUERY_TIMEOUT_MS = 15_000
const PATIENCE = {
  /** Of each of Baileys' own steps towards a login. */
  stepMs: 20_000,
  /** Until a QR or a login, whatever happened: a refused upgrade or a silent server may give no event at all. */
  watchdogMs: 45_000,
}
/** A closing handshake with a dead peer would hold the end back for 30 s. */
const CLOSE_MS = 2_000

export interface SocketOptions {
  account: Account
  sent: SentMessages
  retryCounters: RetryCounters
  socketUrl: string | undefined
  agent: Agent | undefined
  log: Log
  onQr(text: string, refsLeft: number): void
  /** The phone accepted; a restart of the connection follows. */
  onPaired(): void
  onOpen(): void
  onReceipt(stanza: BinaryNode): void
  onAck(stanza: BinaryNode): void
}

export interface Live {
  readonly sock: WASocket
  readonly ended: Promise<Ending>
  /** The way to WhatsApp's media hosts: through the same proxy as the socket. */
  readonly media: { hosts: MediaHosts; agent: Agent | undefined }
  isOpen(): boolean
  /** Ends it: with a farewell, or by cutting the TCP connection. */
  close(ending: Ending, cut?: boolean): void
}

export function openSocket(options: SocketOptions, patience = PATIENCE): Live {
  const { account, log } = options
  const envelopes = new Envelopes()
  const media = { hosts: new MediaHosts(options.socketUrl), agent: options.agent }
  const isOpen = (): boolean => sock.ws.isOpen && !account.dead
  const sock = makeWASocket({
    ...socketConfig(options, envelopes, () => worker.wake()),
    connectTimeoutMs: patience.stepMs,
  })
  const worker = new PeerWorker({ account, sock, media, isOpen, log })
  keepOrder(sock.ws)
  // The inner socket is private in the types; everything that must not be late hangs on it.
  const raw = (sock.ws as unknown as { socket: WebSocket }).socket
  if (sock.authState.keys.transaction !== account.keys.transaction || !raw) {
    raw?.terminate()
    throw new Error(
      'Baileys does not use our transaction layer: this version is not the pinned one.',
    )
  }
  installSendGate(raw, account)
  account.attach(() => raw.terminate())

  let finish: (ending: Ending) => void = () => {}
  const ended = new Promise<Ending>((resolve) => {
    finish = resolve
  })
  let known: Ending | undefined
  const watchdog = setTimeout(() => {
    close({ code: 408, reason: 'no answer from the server' }, true)
  }, patience.watchdogMs)

  const close = (ending: Ending, cut = false): void => {
    known ??= ending
    if (cut) raw.terminate()
    void sock.end(undefined)
    // Baileys tells of the end only after the socket closed; never wait for it longer than this.
    setTimeout(() => raw.terminate(), CLOSE_MS).unref()
    setTimeout(() => finish(known ?? ending), 2 * CLOSE_MS).unref()
  }
  const closeRaw = raw.close.bind(raw)
  raw.close = (...args) => {
    closeRaw(...args)
    setTimeout(() => raw.terminate(), CLOSE_MS).unref()
  }
  raw.on('close', () => {
    setTimeout(() => finish(known ?? { code: 428, reason: 'closed' }), 2 * CLOSE_MS).unref()
  })
  void ended.then(() => {
    clearTimeout(watchdog)
    worker.stop()
  })

  let refs = 0
  sock.ws.prependListener('CB:message', envelopes.note)
  sock.ws.prependListener('CB:message', worker.note)
  sock.ws.prependListener('CB:receipt', options.onReceipt)
  sock.ws.prependListener('CB:ack,class:message', options.onAck)
  sock.ws.prependListener('CB:iq,type:set,pair-device', (stanza: BinaryNode) => {
    const [device] = Array.isArray(stanza.content) ? stanza.content : []
    refs = Array.isArray(device?.content) ? device.content.length : 0
  })
  sock.ws.on('unexpected-response', (_request: unknown, response: { statusCode?: number }) => {
    const code = response.statusCode ?? 503
    close({ code, reason: 'the upgrade was refused', line: 'upgrade_refused' }, true)
  })
  const tell = (events: readonly EventRow[]): void => {
    if (events.length > 0) account.append(events).catch(() => {})
  }
  followTyping(sock, ended, (event) => tell([event]))
  sock.ev.on('creds.update', () => account.touchCreds())
  sock.ev.on('connection.update', (update) =>
    outside(() => {
      if (update.qr) {
        clearTimeout(watchdog)
        options.onQr(update.qr, refs)
        refs -= 1
      }
      if (update.isNewLogin) options.onPaired()
      if (update.connection === 'open') {
        clearTimeout(watchdog)
        options.onOpen()
        worker.wake()
      }
      if (update.connection === 'close') {
        finish(known ?? endingOf(account, update.lastDisconnect?.error))
      }
    }),
  )
  log.debug({ event: 'socket.opening' })
  return { sock, ended, media, isOpen, close }
}

function endingOf(account: Account, error: unknown): Ending {
  if (account.dead) return STORE_FAILED
  const { message, output } = (error ?? {}) as {
    message?: string
    output?: { statusCode?: number }
  }
  const reason = message ?? 'closed'
  // Baileys makes a status of whatever the socket's error says, an HTTP 401 of a proxy included.
  const line = reason.startsWith('WebSocket Error') ? { line: 'unreachable' as const } : {}
  return { code: output?.statusCode ?? 428, reason, ...line }
}

/** What was sent before this process began. */
async function stored(account: Account, id: string): Promise<proto.IMessage | undefined> {
  const content = await account.look((rows) => rows.sent(id))
  return content && proto.Message.decode(content)
}

function socketConfig(
  { account, sent, retryCounters, socketUrl, agent, log }: SocketOptions,
  envelopes: Envelopes,
  onPeerWork: () => void,
): Partial<SocketConfig> & Pick<SocketConfig, 'auth'> {
  return {
    auth: { creds: account.creds, keys: account.keys },
    // Baileys wraps `auth.keys` in its own transactions and hands the wrapped object here: the one all its parts use.
    makeSignalRepository: (auth, logger, pnToLid) => {
      Object.assign(auth.keys, account.keys)
      const repository: SignalRepositoryWithLIDStore =
        DEFAULT_CONNECTION_CONFIG.makeSignalRepository(auth, logger, pnToLid)
      const isOwnSend = (id: string): boolean => sent.get(id) !== undefined
      journalDecryption(repository, account, envelopes, { isOwnSend, onPeerWork })
      return repository
    },
    ...(socketUrl ? { waWebSocketUrl: socketUrl } : {}),
    ...(agent ? { agent } : {}),
    version: WA_VERSION,
    browser: BROWSER,
    logger: baileysLog(log),
    qrTimeout: QR_SECONDS * 1000,
    defaultQueryTimeoutMs: QUERY_TIMEOUT_MS,
    syncFullHistory: false,
    markOnlineOnConnect: false,
    emitOwnEvents: false,
    generateHighQualityLinkPreview: false,
    shouldIgnoreJid: (jid) => !isPerson(jid),
    getMessage: async ({ id }) => (id ? (sent.get(id)?.message ?? stored(account, id)) : undefined),
    msgRetryCounterCache: retryCounters,
  }
}
