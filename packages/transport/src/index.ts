// SPDX-License-Identifier: Apache-2.0

/**
 * Frames between endpoints, and the authenticated channel over them: sessions, handshakes and their queue, epochs.
 * The only package that touches ZeroMQ.
 */
export { Counters } from './channel/counters.ts'
export { EpochPublisher } from './channel/epoch-publisher.ts'
export { EpochSubscriber } from './channel/epoch-subscriber.ts'
export {
  type Handler,
  type HandlerTable,
  localHandler,
  minionHandler,
  patientHandler,
  type SessionOf,
} from './channel/handlers.ts'
export { LocalAdmission } from './channel/local-admission.ts'
export { type KeyPolicy, MinionAdmission } from './channel/minion-admission.ts'
export { PeerChannel } from './channel/peer-channel.ts'
export {
  LocalHandshake,
  MinionHandshake,
  type NewSession,
  type PeerHandshake,
} from './channel/peer-handshake.ts'
export type { LocalPeer, MinionPeer, Peer, Session } from './channel/session.ts'
export { SessionServer } from './channel/session-server.ts'
export { type EndReason, maxSessionsPerId } from './channel/session-table.ts'
export { SharedAnswer } from './channel/shared-answer.ts'
export { UnsealThread } from './channel/unseal-thread.ts'
export type { WorkLimits } from './channel/work-budget.ts'
export { MemoryTransport } from './memory/transport.ts'
export type {
  BoundTransport,
  ClientSocket,
  Connector,
  PeerAddress,
  PublisherSocket,
  ServerSocket,
  SocketCounters,
  SubscriberSocket,
  Transport,
} from './sockets.ts'
export { tcpAddress } from './tcp-address.ts'
export { zeromqTransport, zeromqTransportWith } from './zeromq/transport.ts'
export { connectDealer } from './zmtp/dealer.ts'
export { Door, type DoorOptions } from './zmtp/door.ts'
export { type DoorLimits, defaultLimits } from './zmtp/limits.ts'
