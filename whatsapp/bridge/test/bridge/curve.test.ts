/** Agreements by the quick way are libsignal's, and what libsignal refuses is refused. */

import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { it } from 'node:test'
import { type Curve, quicken } from '../../src/libsignal-curve.js'
import { curveInUse } from '../../src/libsignal-preload.js'

it("agrees with libsignal's own way, and refuses what it refuses", () => {
  const own = untouched()
  assert.notEqual(curveInUse.calculateAgreement, own.calculateAgreement)

  for (let round = 0; round < 20; round += 1) {
    const [mine, theirs] = [own.generateKeyPair(), own.generateKeyPair()]
    const agreed = curveInUse.calculateAgreement(theirs.pubKey, mine.privKey)
    assert.deepEqual(agreed, own.calculateAgreement(theirs.pubKey, mine.privKey))
    assert.deepEqual(agreed, curveInUse.calculateAgreement(mine.pubKey, theirs.privKey))
  }

  const { pubKey, privKey } = own.generateKeyPair()
  const ofOtherType = Buffer.concat([Buffer.from([6]), pubKey.subarray(1)])
  const ofOrderOne = Buffer.concat([Buffer.from([5]), Buffer.alloc(32)])
  for (const [bad, secret] of [
    [ofOtherType, privKey],
    [ofOrderOne, privKey],
    [randomBytes(31), privKey],
    [pubKey, randomBytes(31)],
  ] as const) {
    for (const curve of [own, curveInUse]) {
      assert.throws(() => curve.calculateAgreement(bad, secret))
    }
  }
})

it("keeps libsignal's own way where the two do not agree", () => {
  for (const other of [() => randomBytes(32), () => assert.fail('refused')]) {
    const curve = { ...untouched(), calculateAgreement: other }

    quicken(curve)

    assert.equal(curve.calculateAgreement, other)
  }
})

/** A second copy of libsignal's module. */
function untouched(): Curve {
  const require = createRequire(createRequire(import.meta.url).resolve('baileys'))
  const path = require.resolve('libsignal/src/curve.js')
  delete require.cache[path]
  return require(path) as Curve
}
