// SPDX-License-Identifier: Apache-2.0

/**
 * The real thing for tests: clusters in this process, clusters of real processes, an attacker's sockets, and a network
 * that breaks on demand. What is started here is ended by its `close`.
 */
export { type CapturedLine, type CapturedLog, captureLog } from './captured-log.ts'
export { Cluster, startCluster } from './cluster.ts'
export type { ClusterOptions } from './cluster-options.ts'
export { DaemonProcess, type Exit } from './daemon-process.ts'
export { Dice } from './dice.ts'
export { FaultProxy, type FaultProxyCounters, type FaultProxyOptions } from './fault-proxy.ts'
export { freePorts } from './free-ports.ts'
export { type FtpServer, startFtpServer, type Trouble } from './ftp-server.ts'
export { ManualClock } from './manual-clock.ts'
export {
  ProcessCluster,
  type ProcessClusterOptions,
  startProcesses,
  type ToolOptions,
  type ToolResult,
} from './process-cluster.ts'
export { RawPeer, RawSubscriber } from './raw-peer.ts'
export { rawTcp } from './raw-tcp.ts'
export { type RawZmtpOptions, rawCommand, rawFrame, rawGreeting, rawReady, rawZmtp } from './raw-zmtp.ts'
export { executorFiles, repositoryRoot, toolPath } from './repository.ts'
export { SimulatedMinion, type SimulatedMinionOptions } from './simulated-minion.ts'
export {
  removeTemporaryDirectories,
  removeTemporaryDirectory,
  temporaryDirectory,
} from './temporary-directory.ts'
export { until } from './until.ts'
