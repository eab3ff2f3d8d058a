/** The statement that writes keys, credentials, sent messages and events: one, under the lease, everything or nothing. */
import type { Keyring } from '../crypto.js'
import { eventPlace, sealValue, sentPlace } from './codec.js'
import type { AuthWrite, EventRow, Lease, SentRow } from './rows.js'

// FOR SHARE and not EXISTS: a takeover waits for a running statement, and statements after it find no row.
const LEASE = `l as materialized (
  select 1 from bridge.leases where session_id = $1 and owner = $2 and epoch = $3 for share)`

/** Made of parts: one without rows would cost the server as much as one with some, so it is left out. */
export class Statement {
  readonly values: unknown[]
  private readonly parts = [LEASE]
  private counted = '0'

  constructor(
    private readonly lease: Lease,
    private readonly keyring: Keyring,
  ) {
    this.values = [lease.sessionId, lease.owner, lease.epoch]
  }

  /** Answers with one row: `leases`, 0 when nothing was written, and the number of new `events`. */
  get text(): string {
    return `with ${this.parts.join(',\n')}
select (select count(*) from l)::int as leases, ${this.counted}::int as events`
  }

  write(writes: readonly AuthWrite[]): void {
    const puts = writes.filter(
      (write): write is AuthWrite & { text: string } => write.text !== null,
    )
    this.add(
      puts,
      {
        type: ['text', (put) => put.type],
        id: ['text', (put) => put.id],
        value: [
          'bytea',
          ({ type, id, text }) => sealValue(this.keyring, this.lease.sessionId, type, id, text),
        ],
      },
      (rows) => `u as (
  insert into bridge.auth (session_id, type, id, value)
  select $1, x.type, x.id, x.value from ${rows}, l
  on conflict (session_id, type, id) do update set value = excluded.value)`,
    )
    this.add(
      writes.filter(({ text }) => text === null),
      { type: ['text', (write) => write.type], id: ['text', (write) => write.id] },
      (rows) => `d as (
  delete from bridge.auth a using ${rows}, l
  where a.session_id = $1 and a.type = x.type and a.id = x.id)`,
    )
  }

  remember(sent: readonly SentRow[]): void {
    const { sessionId } = this.lease
    this.add(
      sent,
      {
        message_id: ['text', ({ messageId }) => messageId],
        content: [
          'bytea',
          ({ messageId, content }) => this.keyring.seal(sentPlace(sessionId, messageId), content),
        ],
      },
      (rows) => `s as (
  insert into bridge.sent (session_id, message_id, content)
  select $1, x.message_id, x.content from ${rows}, l
  on conflict (session_id, message_id) do nothing)`,
    )
  }

  journal(events: readonly EventRow[]): void {
    const { sessionId } = this.lease
    const added = this.add(
      events,
      {
        kind: ['text', (event) => event.kind],
        chat: ['text', (event) => event.chat],
        message_id: ['text', (event) => event.messageId],
        part: ['smallint', (event) => event.part],
        sha256: ['bytea', ({ proof }) => proof?.sha256 ?? null],
        plaintext: [
          'bytea',
          ({ chat, messageId, proof }) =>
            proof
              ? this.keyring.seal(
                  eventPlace(sessionId, chat, messageId, proof.sha256),
                  proof.plaintext,
                )
              : null,
        ],
        payload: ['text', ({ payload }) => JSON.stringify(payload)],
        internal: ['boolean', ({ internal }) => internal ?? false],
      },
      (rows) => `e as (
  insert into bridge.events
    (session_id, kind, chat, message_id, part, sha256, plaintext, payload, processed_at)
  select $1, x.kind, x.chat, x.message_id, x.part, x.sha256, x.plaintext, x.payload::jsonb,
    case when x.internal then now() end
  from ${rows}, l
  order by x.n
  on conflict (session_id, chat, message_id, part) where kind = 'message' do nothing
  returning 1)`,
    )
    if (added) this.counted = '(select count(*) from e)'
  }

  /** Everything the session has. */
  wipe(): void {
    this.parts.push(
      'd as (delete from bridge.auth a using l where a.session_id = $1)',
      's as (delete from bridge.sent s using l where s.session_id = $1)',
    )
  }

  /** A part over rows named x, an array for each of their columns, `n` being their order; false: there are none. */
  private add<Row>(
    rows: readonly Row[],
    columns: Record<string, [type: string, of: (row: Row) => unknown]>,
    part: (rows: string) => string,
  ): boolean {
    if (rows.length === 0) return false
    const arrays = Object.values(columns).map(
      ([type, of]) => `$${this.values.push(rows.map(of))}::${type}[]`,
    )
    const names = [...Object.keys(columns), 'n']
    this.parts.push(part(`unnest(${arrays}) with ordinality x(${names})`))
    return true
  }
}
