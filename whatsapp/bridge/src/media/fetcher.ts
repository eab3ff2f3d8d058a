/**
 * Fetches the files of messages that came. What is owed is a row, written in the statement that stored the message;
 * nothing here is remembered, so a killed bridge loses nothing: the claim of its row ends by itself.
 */
import type { Agent } from 'node:https'
import { normalizeMessageContent, proto, unpadRandomMax16, type WAMessage } from 'baileys'
import { errorForLog, type Log } from '../log.js'
import { open } from './cipher.js'
import type { MediaRows, Owed } from './rows.js'
import { download, type MediaHosts } from './transfer.js'
import { judge, MAX_BYTES } from './types.js'

/** Also without a call: another bridge's sessions came, a wait is over. */
const LOOK_MS = 5_000
/** At once; a salon's clients send a handful of photos a minute. */
const PARALLEL = 4
/** Seconds before the next attempt; after the last one the file is given up. */
const WAITS = [5, 30, 120, 600, 1800]
/** Padding and MAC around the content. */
const SEAL_BYTES = 64

export interface FetcherDeps {
  rows: MediaRows
  hosts: MediaHosts
  /** The session's way out; rejects when its own proxy cannot be known. */
  agentFor(sessionId: string): Promise<Agent | undefined>
  /** Asks the sender's phone to upload a file again; where it lies then. Rejects when it cannot be asked now. */
  askAgain(sessionId: string, message: WAMessage): Promise<string | undefined>
  log: Log
}

interface File {
  mime: string
  filename: string
  path: string
  mediaKey: Uint8Array
  fileSha256: Uint8Array | null | undefined
  fileEncSha256: Uint8Array | null | undefined
  claims: number
}

export class MediaFetcher {
  private readonly running = new Set<Promise<void>>()
  private timer: NodeJS.Timeout | undefined
  private looking = false
  private asked = false
  private stopped = false

  constructor(private readonly deps: FetcherDeps) {}

  start(): void {
    this.timer = setInterval(this.wake, LOOK_MS)
  }

  /** Looks at what is owed now. */
  readonly wake = (): void => {
    this.asked = true
    if (this.looking || this.stopped) return
    this.looking = true
    void this.look().finally(() => {
      this.looking = false
    })
  }

  /** Begins nothing more. What runs may end; cut off, its rows' claims end by themselves. */
  stop(): void {
    this.stopped = true
    clearInterval(this.timer)
  }

  private async look(): Promise<void> {
    while (this.asked && !this.stopped && this.running.size < PARALLEL) {
      this.asked = false
      try {
        const owed = await this.deps.rows.claim(PARALLEL - this.running.size)
        for (const one of owed) this.begin(one)
      } catch (error) {
        this.deps.log.warn({ event: 'media.look_failed', ...errorForLog(error) })
      }
    }
  }

  private begin(owed: Owed): void {
    const work = this.fetch(owed)
      .catch(async (error: unknown) => {
        this.deps.log.warn({ event: 'media.failed', ...errorForLog(error) })
        await this.later(owed, 'internal')
      })
      // PostgreSQL is away: the row stays claimed for a while, then somebody tries again.
      .catch(() => {})
      .finally(() => {
        this.running.delete(work)
        this.wake()
      })
    this.running.add(work)
  }

  private async fetch(owed: Owed): Promise<void> {
    const { rows, hosts, log } = this.deps
    // Every bridge that tried died: perhaps of this very file.
    if (owed.attempts > WAITS.length + 1) return rows.end(owed, 'failed', 'gave_up')
    const plaintext = rows.plaintext(owed)
    const message = plaintext && messageOf(plaintext)
    const file = message && fileOf(message)
    const url = file && hosts.url(file.path)
    if (!url) return rows.end(owed, 'failed', 'no_source')
    if (file.claims > MAX_BYTES) return rows.end(owed, 'refused', 'too_large')
    const agent = await this.deps.agentFor(owed.sessionId)
    let fetched = await download(url, MAX_BYTES + SEAL_BYTES, agent)
    if ('failed' in fetched && fetched.failed === 'gone') {
      const path = await this.again(owed, message)
      const second = path === 'unreachable' ? undefined : path && hosts.url(path)
      if (path === 'unreachable') return this.later(owed, 'gone')
      if (!second) return rows.end(owed, 'expired', 'gone')
      fetched = await download(second, MAX_BYTES + SEAL_BYTES, agent)
    }
    if ('failed' in fetched) {
      if (fetched.failed === 'too_large') return rows.end(owed, 'refused', 'too_large')
      return this.later(owed, fetched.failed)
    }
    const plain = await open(owed.kind, fetched.body, file)
    if (!plain) return this.later(owed, 'damaged')
    if (plain.length > MAX_BYTES) return rows.end(owed, 'refused', 'too_large')
    const judged = judge(owed.kind, file.mime, plain)
    if ('refused' in judged) return rows.end(owed, 'refused', judged.refused)
    await rows.store(owed, { mime: judged.mime, filename: file.filename, body: plain })
    log.info({ event: 'media.fetched', session_id: Number(owed.sessionId), bytes: plain.length })
  }

  /** Where the phone has put the file again; undefined when it will not, "unreachable" when nobody could ask. */
  private async again(owed: Owed, message: proto.IMessage): Promise<string | undefined> {
    const key = { remoteJid: owed.chat, id: owed.messageId, fromMe: owed.fromMe }
    try {
      return await this.deps.askAgain(owed.sessionId, { key, message })
    } catch {
      return 'unreachable'
    }
  }

  private async later(owed: Owed, reason: string): Promise<void> {
    const wait = WAITS[owed.attempts - 1]
    if (wait !== undefined) return this.deps.rows.later(owed, reason, wait)
    this.deps.log.warn({ event: 'media.given_up', session_id: Number(owed.sessionId), reason })
    await this.deps.rows.end(owed, reason === 'gone' ? 'expired' : 'failed', reason)
  }
}

function messageOf(plaintext: Buffer): proto.IMessage {
  const decoded = proto.Message.decode(unpadRandomMax16(plaintext))
  return decoded.deviceSentMessage?.message ?? decoded
}

function fileOf(message: proto.IMessage): File | undefined {
  const content = normalizeMessageContent(message)
  const media =
    content?.imageMessage ??
    content?.videoMessage ??
    content?.ptvMessage ??
    content?.audioMessage ??
    content?.documentMessage
  if (!media?.mediaKey?.length || !media.directPath) return undefined
  return {
    mime: media.mimetype ?? '',
    filename: (content?.documentMessage?.fileName ?? '').slice(0, 200),
    path: media.directPath,
    mediaKey: media.mediaKey,
    fileSha256: media.fileSha256,
    fileEncSha256: media.fileEncSha256,
    claims: Number(media.fileLength ?? 0),
  }
}
