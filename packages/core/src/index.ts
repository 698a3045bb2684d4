// SPDX-License-Identifier: Apache-2.0

/**
 * What every part of Halite says in the same words: errors and exit codes, ids, time, secrets, log lines,
 * bytes (msgpack), files that appear whole, paths that stay inside their root, and child processes.
 */
export { type AtomicWriteOptions, createFile, writeFileAtomic, writeFileAtomicAsync } from './atomic-file.ts'
export { type BatchSize, batchSize } from './batch-size.ts'
export { BoundedQueue } from './bounded-queue.ts'
export { type Clock, systemClock, type Timers } from './clock.ts'
export { ClockJumpWatch } from './clock-jump.ts'
export { withJsonControls, withVisibleControls } from './control-characters.ts'
export { allowCoreDumps, leaveMemoryOutOfCoreDumps } from './core-dumps.ts'
export { masterDirectories, minionDirectories } from './daemon-directories.ts'
export { type DirectoryLock, lockDirectory } from './directory-lock.ts'
export { diskReason } from './disk-reason.ts'
export { durationText } from './duration-text.ts'
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
export { type DecodeText, parseEncoding, textDecoder } from './encoding.ts'
export type { ErrorEntry } from './error-catalogue/entry.ts'
export { type ErrorCode, errorCatalogue } from './error-catalogue.ts'
export { isSaltError, messageOf, SaltError, type SaltErrorOptions, systemCodeOf } from './errors.ts'
export { type ExitCode, exitCodes } from './exit-codes.ts'
export { checkExpandedSize, type SizeLimits } from './expanded-size.ts'
export type {
  DirectoryFile,
  DirectoryQuery,
  FetchedFile,
  FetchQuery,
  FileHash,
  FileQuery,
  FileStat,
  PathPatterns,
  Transfer,
} from './file-queries.ts'
export { type FindOptions, findProgram } from './find-program.ts'
export { fingerprint } from './fingerprint.ts'
export { freeBytes, keepFreed } from './free-bytes.ts'
export { type FrozenRelease, frozenRelease } from './frozen-release.ts'
export { Gate } from './gate.ts'
export { type GitLogin, type GitSettings, gitLogin, gitSettings } from './git-login.ts'
export { type Identity, loadIdentity } from './identity-file.ts'
export {
  escapedName,
  isJid,
  isMinionId,
  isPlainMinionId,
  isSaltenv,
  type Jid,
  type MinionId,
  type Parsed,
  parseJid,
  parseMinionId,
  parseOwnMinionId,
  parseSaltenv,
  type Saltenv,
  show,
} from './ids.ts'
export { isDatedJid, JidClock, jidAt, jidStartTime, jidTimeMs } from './jid.ts'
export { type EndingSignal, endingSignalOf, jobEnd } from './job-end.ts'
export { localAddress, localKeyFile } from './local-address.ts'
export { atEachLevel, type LogFunction, type Logger, type LogLevel, logLevels, silentLog } from './log.ts'
export { type TerminalLogOptions, terminalLog } from './log-terminal.ts'
export { lookUpHost } from './look-up-host.ts'
export { compareLooseVersions } from './loose-version.ts'
export { type DecodeLimits, Packed, pack, type SliceOptions, unpack, unpackInSlices } from './msgpack.ts'
export type { UnusedOption } from './options/check-options.ts'
export { defaultConfigDir, type Environment } from './options/default-paths.ts'
export { LiveOptions } from './options/live-options.ts'
export { type LoadedOptions, type LoadOptions, loadOptions } from './options/load.ts'
export { type GuessedId, guessMinionId, masterMinionId } from './options/minion-id.ts'
export { nearestName } from './options/nearest-name.ts'
export type { OptionRole, OptionRow } from './options/row.ts'
export {
  isSecretOption,
  type MasterOptions,
  type MinionOptions,
  type OptionsOf,
  optionGroups,
  optionRows,
  restartOptions,
} from './options/rows.ts'
export { makeDirectoryFor, makeOwnDirectory, type OwnDirectoryOptions } from './own-directory.ts'
export {
  type OpenedFile,
  openAsTyped,
  openForWriting,
  type ReadOptions,
  readPlainFile,
  type WriteOptions,
  withOwnFile,
} from './own-file.ts'
export { asOwnerOf, becomeUser, type UserFiles } from './privileges.ts'
export {
  type DetachedOptions,
  type ForegroundProgram,
  type NodeChildOptions,
  type RunOptions,
  type RunResult,
  run,
  startBackground,
  startDetached,
  startForeground,
  startNodeChild,
} from './process.ts'
export { OrphanGuard } from './process-orphans.ts'
export {
  type ProgramEnd,
  type ProgramOptions,
  type RunningProgram,
  startProgram,
} from './process-stream.ts'
export type { ProcessSystem } from './process-system.ts'
export {
  descendantsOf,
  isAlive,
  killTree,
  type ProcessState,
  processStart,
  processState,
  signalProcess,
} from './process-tree.ts'
export { processesMarked, programMark } from './program-mark.ts'
export { type RandomBits, randomBelow, randomSample, secureBits, seededBits } from './random-numbers.ts'
export { ResourceStack } from './resource-stack.ts'
export { type SafePath, safeJoin, safeJoinMany } from './safe-path.ts'
export { isSaltUrl, parseSaltPath, parseSaltUrl, type SaltPath, type SaltUrl } from './salt-path.ts'
export type { Decoded, Decoder } from './schema.ts'
export * as schema from './schema.ts'
export { Secret } from './secret.ts'
export { type Limit, settledBy } from './settled-by.ts'
export { shuffled } from './shuffled.ts'
export { StallWatch } from './stall-watch.ts'
export { strftime } from './strftime.ts'
export { requestedTargetTypes, type TargetType, targetTypes } from './target-types.ts'
export { type Distrust, distrustOf, isTrustedOwner, type TrustOptions } from './trusted-path.ts'
export { add, divide, floorDivide, modulo, multiply, negate, power, subtract } from './values/arithmetic.ts'
export { decodeBase64, textOrBytes } from './values/base64.ts'
export { copyValue, textKeyed, toPlain } from './values/copy.ts'
export { equal } from './values/equality.ts'
export {
  Float,
  type FloatValue,
  floatOf,
  type IntegerValue,
  integerOf,
  isFloat,
  isInteger,
  isNumeric,
  plainNumber,
} from './values/float.ts'
export { identityText } from './values/identity.ts'
export { type DumpJsonOptions, dumpJson, jsonKey } from './values/json-dump.ts'
export { type LoadJsonOptions, loadJson } from './values/json-load.ts'
export { isHashable, isPlainKey } from './values/key.ts'
export {
  type DataMap,
  type Entry,
  entriesOf,
  hasKey,
  isMap,
  isRecord,
  keysOf,
  MapBuilder,
  mapOf,
  mapValues,
  sizeOf,
  valueAt,
  valuesOf,
  withEntry,
  withoutKey,
} from './values/maps.ts'
export { type MergeOptions, mergeMaps } from './values/merge.ts'
export { mergeBy, type StrategyOptions } from './values/merge-strategies.ts'
export { parseFloatText, parseIntText } from './values/number-text.ts'
export { type OperationErrorName, operationError } from './values/operation-error.ts'
export { compareText, compareValues, isOrdered, type OrderOperator, sortedValues } from './values/order.ts'
export { type Found, findWritten } from './values/path.ts'
export { PythonObject } from './values/python-object.ts'
export { concatenated, isSequence, repeated, type Sequence } from './values/sequences.ts'
export { type MergeStrategy, mergeStrategies } from './values/strategy-names.ts'
export { floatRepr, pythonRepr, pythonStr, pythonTupleRepr } from './values/text.ts'
export { isTruthy } from './values/truth.ts'
export { Tuple, tupleOf } from './values/tuple.ts'
export { pythonTypeName } from './values/type-name.ts'
export { ValueMap } from './values/value-map.ts'
export { version } from './version.ts'
export { WaitingTogether, type WaitingTogetherOptions } from './waiting-together.ts'
export { basicToken, type Proxy, proxyFor, trustOf, type WebOptions } from './web-options.ts'
export { type DumpYamlOptions, dumpYaml } from './yaml/dump.ts'
export { parseYaml, parseYamlDocument, parseYamlTexts, type YamlDocument } from './yaml/parse.ts'
