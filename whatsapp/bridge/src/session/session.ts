/** One salon's session as the HTTP API and the sweeps see it: commands in turn, a driver while this bridge drives it. */
import type { WAMessage } from 'baileys'
import { notConnected, otherOwner, Refusal } from '../errors.js'
import { askForFile } from '../media/again.js'
import { word } from '../metrics.js'
import type { Lease } from '../store/rows.js'
import { Driver, type DriverDeps, makeAccount } from './driver.js'
import { RetryCounters, SentMessages } from './memory.js'
import { loggedOut } from './news.js'
import { Pairing, type PairingMode } from './pairing.js'
import type { SendAnswer, SendCommand } from './sender.js'
import { REROUTED, type SessionState } from './states.js'

export type SessionDeps = Omit<DriverDeps, 'sent' | 'retryCounters'>

export class Session {
  private driver: Driver | undefined
  private atRest: SessionState = 'idle'
  private commands: Promise<unknown> = Promise.resolve()
  private readonly deps: DriverDeps

  constructor(
    readonly id: string,
    deps: SessionDeps,
  ) {
    this.deps = {
      ...deps,
      log: deps.log.child({ session_id: Number(id) }),
      sent: new SentMessages(),
      retryCounters: new RetryCounters(),
    }
  }

  get state(): SessionState {
    return this.driver?.state ?? this.atRest
  }

  get phone(): string | null {
    return this.driver?.phone ?? null
  }

  /** What to renew; undefined when this bridge does not drive the session. */
  get held(): Lease | undefined {
    return this.driver?.held
  }

  get driven(): boolean {
    return this.driver !== undefined
  }

  /** Starts, or leaves alone what runs; a pairing tells its current QR or code again. Throws Refusal. */
  start(mode: PairingMode | 'resume', phone?: string): Promise<SessionState> {
    return this.inTurn(async () => {
      if (!this.driver) await this.begin(mode, phone)
      else if (mode !== 'resume') {
        this.driver.pairing?.again(this.driver.live?.sock, mode, phone)
      }
      return this.state
    })
  }

  /** Resumes a paired session; nothing happens when another bridge was faster. `own`: see Leases.take. */
  resume(own: boolean): Promise<void> {
    return this.inTurn(async () => {
      if (this.driver) return
      const lease = await this.deps.leases.take(this.id, { own, want: false })
      if (lease) this.drive(new Driver(this.deps, lease, undefined, undefined))
    })
  }

  /** Ends what runs here: credentials stay, except at "logout". Throws Refusal. */
  stop(kind: 'stop' | 'logout' | 'shutdown'): Promise<SessionState> {
    // Not in turn behind a start that waits for PostgreSQL: a shutdown has ten seconds.
    if (kind === 'shutdown') return this.halt(kind)
    return this.inTurn(() => (this.driver ? this.halt(kind) : this.stopAtRest(kind)))
  }

  /** Sets the session's own way out; what is connected goes through it at once. Throws Refusal. */
  setProxy(url: string | null): Promise<void> {
    return this.inTurn(async () => {
      await this.deps.egress.set(this.id, url)
      this.driver?.live?.close(REROUTED)
    })
  }

  leaseLost(): void {
    this.driver?.leaseLost()
  }

  /** Cuts the socket when the lease was neither taken nor renewed since `moment` (monotonic milliseconds). */
  cutUnlessHeldSince(moment: number): void {
    if (this.driver && this.driver.heldSince < moment) this.driver.cut()
  }

  /** Throws Refusal. */
  async send(command: SendCommand): Promise<SendAnswer> {
    const sender = this.driver?.state === 'connected' ? this.driver.sender : undefined
    const { metrics } = this.deps
    if (!sender) throw notConnected()
    try {
      const answer = await sender.send(command)
      metrics.count('messages_out', { outcome: answer.status })
      return answer
    } catch (error) {
      metrics.count('messages_out', outcomeOf(error))
      throw error
    }
  }

  /** Where the sender's phone has put a lost file again; undefined when it has it no more. Throws Refusal. */
  async askForFile(message: WAMessage): Promise<string | undefined> {
    const live = this.driver?.state === 'connected' ? this.driver.live : undefined
    if (!live) throw notConnected()
    return askForFile(live.sock, message)
  }

  private async begin(mode: PairingMode | 'resume', phone: string | undefined): Promise<void> {
    const lease = await this.takeOrRefuse()
    const account = makeAccount(this.deps, lease)
    if (await account.load()) {
      this.drive(new Driver(this.deps, lease, account, undefined))
    } else if (mode === 'resume') {
      await this.deps.leases.release(lease, false)
      throw new Refusal(409, 'not_paired', 'No phone is paired with this session.')
    } else {
      const pairing = new Pairing(mode, phone, (events) => driver.tell(events))
      const driver = new Driver(this.deps, lease, account, pairing)
      this.drive(driver)
    }
  }

  private drive(driver: Driver): void {
    this.driver = driver
    void driver.done.then(() => {
      this.atRest = driver.state
      this.driver = undefined
    })
  }

  private async halt(kind: 'stop' | 'logout' | 'shutdown'): Promise<SessionState> {
    await this.driver?.halt(kind)
    return this.state
  }

  private async stopAtRest(kind: 'stop' | 'logout'): Promise<SessionState> {
    const lease = await this.takeOrRefuse()
    if (kind === 'logout') {
      const account = makeAccount(this.deps, lease)
      const paired = await account.load()
      await account.wipe(paired ? [loggedOut(0, 'logout_requested')] : [])
      this.atRest = 'logged_out'
    }
    await this.deps.leases.release(lease, false)
    return this.state
  }

  private async takeOrRefuse(): Promise<Lease> {
    const { leases } = this.deps
    const lease = await leases.take(this.id, { own: true, want: true })
    if (lease) return lease
    const owner = await leases.otherOwner(this.id)
    if (owner) throw otherOwner(owner)
    throw new Refusal(503, 'busy', 'The session changes hands just now; try again.')
  }

  private inTurn<T>(command: () => Promise<T>): Promise<T> {
    const turn = this.commands.then(command)
    this.commands = turn.catch(() => {})
    return turn
  }
}

function outcomeOf(error: unknown): Record<string, string> {
  if (!(error instanceof Refusal)) return { outcome: 'failed' }
  const { detail } = error.fields
  return {
    outcome: error.code,
    ...(typeof detail === 'string' ? { error: word(detail) } : {}),
  }
}
