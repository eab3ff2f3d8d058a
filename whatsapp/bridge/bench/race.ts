/** Every message is answered the moment it is stored, so that receiving and sending meet on the same ratchets. */
import { until } from '../test/bridge/support/wait.js'
import { Arena } from './arena.js'
import { Echo } from './echo.js'

const MESSAGES = 1_000
const PATIENCE_MS = 180_000

export interface Race {
  accounts: number
  messages: number
  answered: number
  /** Decryptions that failed at the customers' phones. */
  errors: number
  /** Messages nobody could read in the end, on either side. */
  unreadable: number
  seconds: number
}

/** `customers` write to every one of the `accounts` salons. */
export async function race(accounts: number, customers: number): Promise<Race> {
  const arena = await Arena.create(accounts)
  const bridge = await arena.bridge()
  await arena.untilOnline(accounts)
  const echo = new Echo(arena, [bridge])
  try {
    const people = Array.from({ length: customers }, () => arena.newCustomer())
    const each = MESSAGES / customers / accounts
    const begun = performance.now()
    await Promise.all(
      arena.salons.flatMap(({ phone }) =>
        people.map(async (customer) => {
          for (let n = 0; n < each; n += 1) await arena.write(customer, phone, `${n}`)
        }),
      ),
    )
    const sums = async () => {
      const ledgers = await Promise.all(arena.salons.map(({ phone }) => arena.ledger(phone)))
      const sum = (pick: (one: (typeof ledgers)[number]) => number): number =>
        ledgers.reduce((total, one) => total + pick(one), 0)
      return {
        answered: sum(({ answers }) => answers),
        errors: sum(({ errors }) => errors),
        unreadable: sum(({ unreadable }) => unreadable),
      }
    }
    await until(
      'all are answered',
      async () => (await sums()).answered >= MESSAGES,
      PATIENCE_MS,
    ).catch(() => {})
    const seconds = (performance.now() - begun) / 1000
    const { unreadable, ...rest } = await sums()
    const stored = await arena.stored()
    return {
      accounts,
      messages: MESSAGES,
      ...rest,
      unreadable: unreadable + stored.unreadable,
      seconds,
    }
  } finally {
    await echo.end()
    await arena.end()
  }
}
