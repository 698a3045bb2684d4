// SPDX-License-Identifier: Apache-2.0

/**
 * What every part of Halite says in the same words: errors and exit codes, ids, time, secrets, log lines,
 * bytes (msgpack), files that appear whole, paths that stay inside their root, and child processes.
 */
export { type AtomicWriteOptions, writeFileAtomic } from './atomic-file.ts'
export { type Clock, systemClock } from './clock.ts'
export {
  generateIdentity,
  type IdentityPem,
  privateKeyFromPem,
  publicKeyFromRaw,
  publicPemOf,
  rawOf,
  rawPublicKey,
  verifyPortable,
} from './ed25519.ts'
export { type ErrorCode, type ErrorEntry, errorCatalogue } from './error-catalogue.ts'
export { isSaltError, messageOf, SaltError, type SaltErrorOptions, systemCodeOf } from './errors.ts'
export { type ExitCode, exitCodes } from './exit-codes.ts'
export { fingerprint } from './fingerprint.ts'
export {
  isJid,
  isMinionId,
  type Jid,
  type MinionId,
  type Parsed,
  parseJid,
  parseMinionId,
  parseSaltenv,
  type Saltenv,
  show,
} from './ids.ts'
export { JidClock, jidAt, jidStartTime, jidTimeMs } from './jid.ts'
export { type Logger, type LogLevel, logLevels, silentLog } from './log.ts'
export { type DecodeLimits, pack, unpack } from './msgpack.ts'
export {
  type DetachedOptions,
  isAlive,
  killTree,
  type NodeChildOptions,
  type RunOptions,
  type RunResult,
  run,
  startDetached,
  startNodeChild,
} from './process.ts'
export { type SafePath, safeJoin } from './safe-path.ts'
export { Secret } from './secret.ts'
