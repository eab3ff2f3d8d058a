/**
 * `node dist/src/rotate.js`: seals everything stored under AUTH_STATE_KEY's first key. Exit code 1 while something is
 * left under an older one. Needs BRIDGE_DATABASE_URL and AUTH_STATE_KEY; bridges may run meanwhile.
 */
import { Keyring } from './crypto.js'
import { Db } from './db.js'
import { makeLog } from './log.js'
import { lagging, rotate } from './store/rotation.js'

async function main(): Promise<number> {
  const { BRIDGE_DATABASE_URL: url, AUTH_STATE_KEY: keys } = process.env
  if (!url || !keys)
    throw new Error('Set BRIDGE_DATABASE_URL and AUTH_STATE_KEY, the new key first.')
  const keyring = Keyring.parse(keys)
  const db = await Db.open(url, makeLog('warn'))
  try {
    await db.checkSchema()
    const old = await lagging(db, keyring)
    if (old.length > 0) {
      throw new Error(
        `These bridges encrypt with another key: ${old.join(', ')}. Start them with the new key first in AUTH_STATE_KEY, then run this again.`,
      )
    }
    const results = await rotate(db, keyring)
    for (const { table, done, left } of results) {
      process.stdout.write(`${table}: ${done} sealed anew, ${left} left\n`)
    }
    const isDone = results.every(({ left }) => left === 0)
    process.stdout.write(
      isDone
        ? 'All is under the first key: the others may leave AUTH_STATE_KEY.\n'
        : 'Some rows were being written: run this again.\n',
    )
    return isDone ? 0 : 1
  } finally {
    await db.close()
  }
}

main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`)
    process.exitCode = 1
  },
)
