/** Django's part in small: reads the rows, answers each message once under one id, and tries again until it is sent. */
import { randomBytes } from 'node:crypto'
import type { Running } from '../test/bridge/support/process.js'
import { type Arena, TOKEN } from './arena.js'
import { pause } from './proc.js'

const TRY_AGAIN_MS = 300
/** Sends at a time. */
const PARALLEL = 32

interface Answer {
  session: string
  chat: string
  id: string
  text: string
}

export class Echo {
  answered = 0
  private readonly waiting: Answer[] = []
  private running = 0
  private ended = false
  private reading: Promise<void> | undefined
  private again = false
  private readonly timer: NodeJS.Timeout

  /** `bridges` are asked in turn until one has the session; the list may change while we run. */
  constructor(
    private readonly arena: Arena,
    readonly bridges: Running[],
  ) {
    arena.onRing = () => this.read()
    // A bell can be lost with the bridge that rang it.
    this.timer = setInterval(() => this.read(), 1_000)
  }

  async end(): Promise<void> {
    this.ended = true
    clearInterval(this.timer)
    this.arena.onRing = () => {}
    await this.reading
  }

  private read(): void {
    this.again = true
    this.reading ??= this.drain().finally(() => {
      this.reading = undefined
    })
  }

  private async drain(): Promise<void> {
    while (this.again && !this.ended) {
      this.again = false
      const rows = await this.claim().catch(() => [])
      for (const { session, chat, text } of rows) {
        const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`
        this.waiting.push({ session, chat, id, text: `эхо ${text}` })
      }
      if (rows.length > 0) this.again = true
      this.send()
    }
  }

  private claim(): Promise<{ session: string; chat: string; text: string }[]> {
    if (this.arena.hasInbox) {
      return this.arena.database.query(
        `update messages set status = 'answered' where id in (
           select id from messages where direction = 'in' and status = 'received' order by id limit 200)
         returning company_id::text as session, payload ->> 'chat' as chat, text`,
      )
    }
    return this.arena.database.query(
      `with mine as (
         update bridge.events set processed_at = now() where id in (
           select id from bridge.events where processed_at is null order by id limit 200)
         returning kind, session_id::text as session, chat, payload)
       select session, chat, payload ->> 'text' as text from mine
       where kind = 'message' and not (payload ->> 'from_me')::boolean`,
    )
  }

  private send(): void {
    while (this.running < PARALLEL && !this.ended) {
      const answer = this.waiting.shift()
      if (!answer) return
      this.running += 1
      void this.deliver(answer).finally(() => {
        this.running -= 1
        this.send()
      })
    }
  }

  private async deliver({ session, chat, id, text }: Answer): Promise<void> {
    while (!this.ended) {
      for (const { url } of [...this.bridges]) {
        const response = await fetch(`${url}/sessions/${session}/messages`, {
          method: 'POST',
          headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
          body: JSON.stringify({ key: id, to: chat, text }),
        }).catch(() => undefined)
        const body = (await response?.json().catch(() => ({}))) as { status?: string }
        if (response?.ok && body.status === 'sent') {
          this.answered += 1
          return
        }
      }
      await pause(TRY_AGAIN_MS)
    }
  }
}
