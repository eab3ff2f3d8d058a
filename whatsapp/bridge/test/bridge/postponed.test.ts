/** "Sent" is told once and late, or by the "delivered" that came before. */
import '../../src/libsignal-preload.js'
import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { Postponed } from '../../src/session/postponed.js'
import { statusEvent } from '../../src/session/receipts.js'
import type { Account } from '../../src/store/account.js'
import { Accounts, CHAT } from './support/accounts.js'
import { until } from './support/wait.js'

const SENT = statusEvent(CHAT, 'A', 'sent', 1)
const DELIVERED = statusEvent(CHAT, 'A', 'delivered', 2)

describe('postponed statuses', () => {
  let accounts: Accounts
  let account: Account
  let postponed: Postponed
  let session = 0
  before(async () => {
    accounts = await Accounts.create()
  })
  after(() => accounts.end())
  beforeEach(async () => {
    session += 1
    account = await accounts.open(session)
    postponed = new Postponed(account)
  })
  const told = async (): Promise<string[]> => {
    const rows = await accounts.scratch.query<{ status: string }>(
      "select payload->>'status' as status from bridge.events where session_id = $1 order by id",
      [session],
    )
    return rows.map(({ status }) => status)
  }

  it('are told by themselves when nothing follows', async () => {
    postponed.add(SENT)

    await until('told', async () => (await told()).length > 0)
    assert.deepEqual(await told(), ['sent'])
  })

  it('are not told when a later one of the same message has come', async () => {
    postponed.add(SENT)
    postponed.add(statusEvent(CHAT, 'B', 'sent', 1))

    postponed.overtake([DELIVERED])
    account.defer([DELIVERED])
    postponed.tell()
    await account.settle()

    assert.deepEqual((await told()).sort(), ['delivered', 'sent'])
    assert.deepEqual((await accounts.messageIds(session)).sort(), ['A', 'B'])
  })

  it('are told at once at the end of a socket', async () => {
    postponed.add(SENT)

    postponed.tell()
    await account.settle()

    assert.deepEqual(await told(), ['sent'])
  })
})
