/** The list of living bridges: Django follows a redirect only to an address listed here. */
import type { Db } from './db.js'

export class Nodes {
  constructor(
    private readonly db: Db,
    private readonly id: string,
    /** `Keyring.keyId`: a rotation waits until every bridge encrypts with the new key. */
    private readonly keyId: string,
  ) {}

  async beat(url: string): Promise<void> {
    await this.db.query(
      `insert into bridge.nodes (id, url, key_id, seen_at) values ($1, $2, $3, now())
       on conflict (id) do update set url = excluded.url, key_id = excluded.key_id, seen_at = excluded.seen_at`,
      [this.id, url, this.keyId],
    )
  }

  async leave(): Promise<void> {
    await this.db.query('delete from bridge.nodes where id = $1', [this.id])
  }
}
