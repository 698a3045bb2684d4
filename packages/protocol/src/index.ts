// SPDX-License-Identifier: Apache-2.0

/**
 * Every message of the wire as bytes and back: envelope, handshake, sealing, publications, and the loads inside them.
 * Pure: no socket, no file, no clock of its own. `docs/wire.md` is its specification.
 */
export { openSealed, type SealedParts } from './aead.ts'
export {
  type Down,
  decodeDown,
  decodeRequest,
  decodeRequestInSlices,
  encodeAcknowledgement,
  encodeBytesReply,
  encodeError,
  encodePush,
  encodeReply,
  encodeRequest,
  maxAcknowledged,
  type Request,
  requestHead,
  toWireError,
  type WireError,
} from './bodies.ts'
export { CookieJar } from './cookie.ts'
export {
  type FileList,
  type FileRequestName,
  type FileTreeItem,
  fileLoads,
  type ReceivedPart,
  type ServeFile,
} from './file-loads.ts'
export {
  type FrameKind,
  frameKind,
  frameKinds,
  header,
  magic,
  maxClearBytes,
  maxFrameBytes,
  minimumWireVersion,
  wireVersion,
} from './frame.ts'
export {
  type Accept,
  type AcceptStatus,
  decodeAccept,
  decodeHello,
  encodeAccept,
  encodeHello,
  type Hello,
  peerName,
  sessionKeysOf,
  verifyHello,
} from './handshake.ts'
export { jobPrefix } from './job-prefix.ts'
export type { MasterCall, WireEvent } from './loads/calls.ts'
export type {
  BatchPlan,
  BatchState,
  FollowReply,
  Preview,
  PreviewReply,
  Publish,
  PublishReply,
  Skipped,
} from './loads/clients.ts'
export type { MineEntry, MineQuestion, PillarAsk } from './loads/data.ts'
export type { CallReturn, Job, JobReturn } from './loads/jobs.ts'
export type { OpenReply } from './loads/sessions.ts'
export { loads } from './loads.ts'
export {
  decodeLocalAccept,
  decodeLocalHello,
  encodeLocalAccept,
  encodeLocalHello,
  type LocalAccept,
  type LocalHello,
  localSessionKeys,
  provesUserKey,
} from './local-handshake.ts'
export { decodeNotice, encodeNotice, type Notice } from './notice.ts'
export {
  type EpochGrant,
  EpochOpener,
  EpochSealer,
  type MasterKey,
  makeEpoch,
  masterKeyOf,
  type Publication,
  sharedVerifier,
  type VerifySignature,
  verifySignature,
} from './publication.ts'
export {
  Opener,
  opened,
  openFrame,
  Sealer,
  sealedCounter,
  sealedHeader,
  sealedId,
  sealedParts,
  sealFrame,
  secretKey,
} from './seal.ts'
export { MasterSeals, PeerSeals, type SessionKeys } from './session-keys.ts'
export { agree, type Ephemeral, makeEphemeral } from './x25519.ts'
