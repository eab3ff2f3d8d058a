/** Drives one session while this bridge holds its lease: keys, socket, ending, verdict, the next epoch, and round again. */
import type { Clock } from '../clock.js'
import type { Config } from '../config.js'
import type { Db } from '../db.js'
import type { Egress } from '../egress.js'
import type { Leases } from '../leases.js'
import { errorForLog, type Log, mask } from '../log.js'
import type { Metrics } from '../metrics.js'
import { Account } from '../store/account.js'
import { isPaired } from '../store/codec.js'
import type { EventRow, Lease } from '../store/rows.js'
import type { RetryCounters, SentMessages } from './memory.js'
import { connected, disconnected, loggedOut, phoneOf } from './news.js'
import { Pace } from './pace.js'
import type { Pairing } from './pairing.js'
import { receiptEvents } from './receipts.js'
import { Sender } from './sender.js'
import { type Slots, within } from './slots.js'
import { type Live, openSocket, type SocketOptions } from './socket.js'
import {
  backoff,
  type Ending,
  judge,
  reasonOf,
  type SessionState,
  STORE_FAILED,
  type Verdict,
} from './states.js'

/** A connection that held this long starts the backoff anew. */
const STABLE_MS = 30_000
/** Parts of the ten seconds that a shutdown has. */
const DRAIN_MS = 4_000
const SETTLE_MS = 2_000

export interface DriverDeps {
  config: Pick<Config, 'keyring' | 'socketUrl'>
  db: Db
  leases: Leases
  clock: Clock
  log: Log
  /** Openings at a time. */
  slots: Slots
  egress: Egress
  metrics: Metrics
  onEvents: (events: readonly EventRow[]) => void
  sent: SentMessages // kept, like the counters, over reconnects and restarts of the driver
  retryCounters: RetryCounters
}

export type Halt = 'stop' | 'logout' | 'shutdown' | 'lost'

export function makeAccount(
  { db, config, onEvents }: Pick<DriverDeps, 'db' | 'config' | 'onEvents'>,
  lease: Lease,
): Account {
  return new Account({ db, keyring: config.keyring, lease, onEvents })
}

export class Driver {
  phone: string | null = null
  live: Live | undefined
  sender: Sender | undefined
  /** Resolves when everything is written and the lease is given back; never rejects. */
  readonly done: Promise<void>
  /** When the lease was last taken or retaken, monotonic milliseconds. */
  heldSince = performance.now()
  private account: Account | undefined
  private phase: SessionState = 'starting'
  private halted: Halt | undefined
  private connectedAt = 0
  /** The phone has just accepted: told with the next "connected". */
  private fresh = false
  private readonly pace = new Pace()
  private wake = (): void => {}

  /** `account`: already loaded under this lease. */
  constructor(
    private readonly deps: DriverDeps,
    private lease: Lease | undefined,
    account: Account | undefined,
    public pairing: Pairing | undefined,
  ) {
    this.account = account
    this.done = this.run()
  }

  get state(): SessionState {
    return this.pairing?.state ?? this.phase
  }

  /** What to renew; undefined at the end. */
  get held(): Lease | undefined {
    return this.lease
  }

  /** Journals events of this session; a store that fails is noticed by the account itself. */
  tell(events: readonly EventRow[]): void {
    this.account?.append(events).catch(() => {})
  }

  /** The order matters: no new sends, running ones out, keys stored, then the farewell. */
  async halt(kind: 'stop' | 'logout' | 'shutdown'): Promise<void> {
    const { sender, account, live } = this
    this.halted ??= kind
    await within(DRAIN_MS, sender?.drain())
    await within(SETTLE_MS, account?.settle())
    if (live) {
      live.sock.ev.flush()
      // Tells WhatsApp to forget this device; when that cannot be told, the phone goes on listing it.
      if (kind === 'logout' && live.isOpen()) await within(SETTLE_MS, live.sock.logout())
      live.close({ code: 0, reason: kind })
    }
    this.wake()
    await this.done
  }

  /** The lease has another owner: cut the socket, write nothing more. */
  leaseLost(): void {
    this.halted = 'lost'
    this.live?.close({ code: 0, reason: 'lease lost' }, true)
    this.wake()
  }

  /** PostgreSQL is away and the lease about to end: off the line until it is ours again. */
  cut(): void {
    this.live?.close(STORE_FAILED, true)
  }

  private async run(): Promise<void> {
    let over = false
    while (this.lease && !this.halted && !over) {
      const loaded = this.account !== undefined
      this.account ??= makeAccount(this.deps, this.lease)
      const ending = await this.connect(this.account, loaded)
      const wasConnected = this.phase === 'connected'
      const held = wasConnected && performance.now() - this.connectedAt > STABLE_MS
      const failures = this.pace.count(ending, { wasConnected, held })
      await within(SETTLE_MS, this.account.settle())
      const verdict = this.judge(ending, this.account, failures)
      over = await this.conclude(verdict, ending, this.account, wasConnected)
      this.account.close()
      this.account = undefined
      if (over || this.halted) break
      this.phase = this.fresh ? 'starting' : 'reconnecting'
      this.lease = await this.retake(this.lease)
      if (this.lease && verdict.next === 'retry') await this.pause(verdict.delayMs)
    }
    await this.finish(over)
  }

  /** Opens a socket and waits for its end. */
  private async connect(account: Account, loaded: boolean): Promise<Ending> {
    const release = await this.deps.slots.acquire()
    try {
      if (this.halted) return { code: 0, reason: this.halted }
      if (!loaded && !(await account.load())) return { code: 401, reason: 'credentials are gone' }
      if (this.pairing) await account.beginPairing()
      this.phone = phoneOf(account.creds.me) ?? this.phone
      const agent = await this.deps.egress.agentFor(account.lease.sessionId)
      const ending = await this.open(account, agent, release).ended
      this.deps.metrics.count('endings', { reason: reasonOf(ending) })
      this.deps.log.info({ event: 'socket.ended', code: ending.code, reason: mask(ending.reason) })
      return ending
    } catch (error) {
      this.deps.log.warn({ event: 'session.failed', ...errorForLog(error) })
      return STORE_FAILED
    } finally {
      release()
      this.sender?.close()
      this.live = undefined
      this.sender = undefined
    }
  }

  private open(account: Account, agent: SocketOptions['agent'], release: () => void): Live {
    const { config, clock, sent, retryCounters, log } = this.deps
    const live = openSocket({
      account,
      sent,
      retryCounters,
      socketUrl: config.socketUrl,
      agent,
      log,
      onQr: (text, refsLeft) => {
        release()
        this.pairing?.showQr(live.sock, text, refsLeft)
      },
      onPaired: () => {
        this.pairing = undefined
        this.fresh = true
      },
      onOpen: () => {
        release()
        this.opened(account)
      },
      onReceipt: (stanza) => sender.received(receiptEvents(stanza, account.creds.me, clock.now())),
      onAck: (stanza) => sender.acknowledged(stanza, clock.now()),
    })
    const sender = new Sender(live, account, sent, log)
    this.live = live
    this.sender = sender
    return live
  }

  private opened(account: Account): void {
    this.phase = 'connected'
    this.connectedAt = performance.now()
    this.pace.opened()
    this.phone = phoneOf(account.creds.me) ?? this.phone
    const event = connected(account.creds.me, this.fresh)
    this.fresh = false
    this.deps.log.info({ event: 'session.connected' })
    account.append([event]).catch(() => {})
  }

  private judge(ending: Ending, account: Account, failures: number): Verdict {
    if (this.halted) return { next: 'stop' }
    const paired = !this.pairing && (!account.creds || isPaired(account.creds))
    return judge(account.dead ? STORE_FAILED : ending, paired, failures)
  }

  /** Tells what happened; true when the session is over here. A store that is away is met again by `retake`. */
  private async conclude(
    verdict: Verdict,
    ending: Ending,
    account: Account,
    wasConnected: boolean,
  ): Promise<boolean> {
    const over = verdict.next !== 'reopen' && verdict.next !== 'retry'
    try {
      if (verdict.next === 'log_out') {
        await account.wipe([loggedOut(ending.code, reasonOf(ending))])
        this.phase = 'logged_out'
      } else if (verdict.next === 'end_pairing') {
        await account.wipe(this.pairing?.ended(verdict.reason) ?? [])
      } else if (this.halted === 'stop' && wasConnected) {
        await account.append([disconnected({ code: 0, reason: 'stopped' }, false)])
      } else if (!this.halted && (wasConnected || over || this.pace.isNews(ending))) {
        await account.append([disconnected(ending, !over)])
      }
    } catch (error) {
      this.deps.log.warn({ event: 'session.untold', ...errorForLog(error) })
    }
    return over
  }

  /** The next epoch: writes of the old socket are fenced off. Undefined when another bridge has the session. */
  private async retake(lease: Lease): Promise<Lease | undefined> {
    for (let tries = 1; !this.halted; tries += 1) {
      try {
        const asked = performance.now()
        const next = await this.deps.leases.retake(lease)
        this.heldSince = asked
        if (!next) {
          this.deps.log.warn({ event: 'lease.lost' })
          this.halted = 'lost'
        }
        return next
      } catch (error) {
        if (tries === 1) this.deps.log.warn({ event: 'lease.retake_failed', ...errorForLog(error) })
        await this.pause(Math.min(backoff(tries), 5_000))
      }
    }
    return lease
  }

  /** Gives the lease back. `over`: nobody shall resume it, unless this bridge is only going away. */
  private async finish(over: boolean): Promise<void> {
    const { lease, halted } = this
    try {
      if (lease && halted === 'logout') {
        await makeAccount(this.deps, lease).wipe([loggedOut(0, 'logout_requested')])
        this.phase = 'logged_out'
      }
      const unwanted = halted ? halted !== 'shutdown' : over
      if (lease && halted !== 'lost') {
        await this.deps.leases.release(lease, unwanted ? false : undefined)
      }
    } catch (error) {
      this.deps.log.warn({ event: 'lease.release_failed', ...errorForLog(error) })
    }
    if (this.phase !== 'logged_out') this.phase = 'idle'
    this.pairing = undefined
    this.lease = undefined
  }

  private async pause(ms: number): Promise<void> {
    if (this.halted) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    this.wake = () => {}
  }
}
