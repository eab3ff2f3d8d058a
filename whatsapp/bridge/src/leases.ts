/** Who drives a session: one row per session, an owner, an epoch that grows with every taking, and an end. */
import type { Db } from './db.js'
import type { Lease } from './store/rows.js'

export interface Owner {
  id: string
  /** null when the owner is not (or no longer) among the nodes. */
  url: string | null
}

const TAKE = `
insert into bridge.leases as l (session_id, wanted, owner, epoch, expires_at)
values ($1, true, $2, 1, now() + $3 * interval '1 millisecond')
on conflict (session_id) do update set wanted = l.wanted or $5, owner = excluded.owner, epoch = l.epoch + 1,
  expires_at = excluded.expires_at
where (l.wanted or $5) and (l.owner is null or l.expires_at is null or l.expires_at < now() or ($4 and l.owner = $2))
returning epoch::text`

const RETAKE = `
update bridge.leases set epoch = epoch + 1, expires_at = now() + $4 * interval '1 millisecond'
where session_id = $1 and owner = $2 and epoch = $3 returning epoch::text`

const RENEW = `
update bridge.leases l set expires_at = now() + $4 * interval '1 millisecond'
from unnest($2::bigint[], $3::bigint[]) x(session_id, epoch)
where l.session_id = x.session_id and l.epoch = x.epoch and l.owner = $1 returning l.session_id::text as id`

// The moment stays: from it Django counts how long nobody has driven a session that is wanted.
const RELEASE = `
update bridge.leases set owner = null, expires_at = now(), wanted = coalesce($4, wanted)
where session_id = $1 and owner = $2 and epoch = $3`

// Only sessions that have logged in before: an unfinished pairing is not resumed.
const CLAIMABLE = `
select l.session_id::text as id from bridge.leases l
where l.wanted and not l.session_id = any($1::bigint[])
  and (l.owner is null or l.expires_at is null or l.expires_at < now() or ($2 and l.owner = $3))
  and exists (select 1 from bridge.auth a where a.session_id = l.session_id and a.type = 'creds' and a.id = 'paired')
order by l.session_id`

const OWNER = `
select l.owner as id, n.url from bridge.leases l left join bridge.nodes n on n.id = l.owner
where l.session_id = $1 and l.owner is not null and l.owner <> $2 and l.expires_at >= now()`

export class Leases {
  constructor(
    private readonly db: Db,
    private readonly bridgeId: string,
    readonly durationMs: number,
  ) {}

  /**
   * Takes a session that nobody holds; undefined when another bridge does.
   * `own`: also one this bridge's name still holds (a restart, or a row left behind). `want`: set `wanted`.
   */
  async take(
    sessionId: string,
    { own, want }: { own: boolean; want: boolean },
  ): Promise<Lease | undefined> {
    const [row] = await this.db.query<{ epoch: string }>(TAKE, [
      sessionId,
      this.bridgeId,
      this.durationMs,
      own,
      want,
    ])
    return row && { sessionId, owner: this.bridgeId, epoch: row.epoch }
  }

  /** The next epoch of a lease that is still ours, also when it has run out meanwhile; undefined when it was taken. */
  async retake({ sessionId, owner, epoch }: Lease): Promise<Lease | undefined> {
    const [row] = await this.db.query<{ epoch: string }>(RETAKE, [
      sessionId,
      owner,
      epoch,
      this.durationMs,
    ])
    return row && { sessionId, owner, epoch: row.epoch }
  }

  /** Prolongs what is still ours; returns the ids of those. */
  async renew(leases: readonly Lease[]): Promise<Set<string>> {
    if (leases.length === 0) return new Set()
    const rows = await this.db.query<{ id: string }>(RENEW, [
      this.bridgeId,
      leases.map((lease) => lease.sessionId),
      leases.map((lease) => lease.epoch),
      this.durationMs,
    ])
    return new Set(rows.map((row) => row.id))
  }

  /** `wanted` false: nobody shall resume it. */
  async release({ sessionId, owner, epoch }: Lease, wanted?: false): Promise<void> {
    await this.db.query(RELEASE, [sessionId, owner, epoch, wanted ?? null])
  }

  /** Paired sessions to resume, without those held here; `own` also names rows this bridge's name still holds. */
  async claimable(held: readonly string[], own: boolean): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(CLAIMABLE, [held, own, this.bridgeId])
    return rows.map((row) => row.id)
  }

  /** The other bridge that holds a session now. */
  async otherOwner(sessionId: string): Promise<Owner | undefined> {
    const [row] = await this.db.query<Owner>(OWNER, [sessionId, this.bridgeId])
    return row
  }
}
