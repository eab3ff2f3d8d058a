/** All sessions of this bridge: resumes what is wanted, keeps the leases alive, lets go in time. */
import { Refusal } from '../errors.js'
import type { Leases } from '../leases.js'
import { errorForLog, type Log } from '../log.js'
import type { Nodes } from '../nodes.js'
import { Session, type SessionDeps } from './session.js'
import { within } from './slots.js'
import type { SessionState } from './states.js'

const SWEEP_MS = 5_000
/** A whole shutdown; the runner kills after ten seconds. */
const SHUTDOWN_MS = 8_500

export interface ManagerDeps extends SessionDeps {
  leases: Leases
  nodes: Nodes
  /** Filled in before `begin`. */
  advertise: { url: string }
}

export class Manager {
  private readonly sessions = new Map<string, Session>()
  private readonly log: Log
  private readonly leaseMs: number
  private renewedAt = performance.now()
  private timers: NodeJS.Timeout[] = []
  private renewing = false
  private sweeping: Promise<void> | undefined
  private stopping = false

  constructor(private readonly deps: ManagerDeps) {
    this.log = deps.log
    this.leaseMs = deps.leases.durationMs
  }

  /** Joins the nodes and resumes: at first also the sessions that this bridge's name still holds. */
  async begin(): Promise<void> {
    await this.deps.nodes.beat(this.deps.advertise.url)
    await this.sweep(true)
    const every = this.leaseMs / 3
    this.timers = [
      setInterval(() => void this.renew(), every),
      setInterval(() => void this.sweep(false), Math.min(SWEEP_MS, every)),
      setInterval(() => this.cutOverdue(), this.leaseMs / 20),
    ]
  }

  get(id: string): Session | undefined {
    return this.sessions.get(id)
  }

  /** The session's object, made when it is asked for the first time. Throws Refusal at the end of the process. */
  ensure(id: string): Session {
    if (this.stopping) throw new Refusal(503, 'stopping', 'This bridge is going away; ask again.')
    let session = this.sessions.get(id)
    if (!session) {
      session = new Session(id, this.deps)
      this.sessions.set(id, session)
    }
    return session
  }

  /** Number of sessions driven here. */
  get count(): number {
    return this.driven().length
  }

  /** What each session known here does now. */
  get states(): SessionState[] {
    return [...this.sessions.values()].map((session) => session.state)
  }

  async shutdown(): Promise<void> {
    this.stopping = true
    for (const timer of this.timers) clearInterval(timer)
    await within(500, this.sweeping)
    const sessions = [...this.sessions.values()]
    await within(SHUTDOWN_MS, Promise.all(sessions.map((session) => session.stop('shutdown'))))
    await within(500, this.deps.nodes.leave())
  }

  private driven(): Session[] {
    return [...this.sessions.values()].filter((session) => session.driven)
  }

  /** Off the line while the leases are still ours: after two thirds without a renewal nobody else has them yet. */
  private cutOverdue(): void {
    const overdue = performance.now() - (this.leaseMs * 2) / 3
    if (this.renewedAt > overdue) return
    for (const session of this.driven()) session.cutUnlessHeldSince(overdue)
  }

  private async renew(): Promise<void> {
    if (this.renewing) return
    this.renewing = true
    try {
      await this.deps.nodes.beat(this.deps.advertise.url)
      const leases = this.driven().flatMap((session) => session.held ?? [])
      const asked = performance.now()
      const kept = await this.deps.leases.renew(leases)
      this.renewedAt = asked
      for (const { sessionId, epoch } of leases) {
        if (kept.has(sessionId)) continue
        const session = this.sessions.get(sessionId)
        // It may have retaken a new epoch while we asked.
        if (session?.held?.epoch === epoch) {
          this.log.warn({ event: 'lease.lost', session_id: Number(sessionId) })
          session.leaseLost()
        }
      }
    } catch (error) {
      this.log.warn({ event: 'lease.renew_failed', ...errorForLog(error) })
    } finally {
      this.renewing = false
    }
  }

  private async sweep(own: boolean): Promise<void> {
    this.sweeping ??= this.claim(own).finally(() => {
      this.sweeping = undefined
    })
    await this.sweeping
  }

  private async claim(own: boolean): Promise<void> {
    try {
      const held = this.driven().map((session) => session.id)
      for (const id of await this.deps.leases.claimable(held, own)) {
        if (this.stopping) break
        await this.ensure(id).resume(own)
      }
    } catch (error) {
      this.log.warn({ event: 'lease.sweep_failed', ...errorForLog(error) })
    }
  }
}
