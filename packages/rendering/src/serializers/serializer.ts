// SPDX-License-Identifier: Apache-2.0

/** Options of a serializer, by the names of Salt's. */
export type SerializerOptions = Readonly<Record<string, unknown>>

/** One format, both ways. Functions throw for what the format cannot hold, and for content that is not in it. */
export interface Serializer {
  /** Options that `serialize` takes; others are refused. */
  readonly options: readonly string[]
  /** Text, or the bytes of a binary format. */
  readonly serialize: (value: unknown, options: SerializerOptions) => string | Uint8Array
  /** Options that `deserialize` takes; others are refused. Default: none. */
  readonly readOptions?: readonly string[]
  /** Absent for formats that are only written. */
  readonly deserialize?: (content: string, options: SerializerOptions) => unknown
  /** Reads content that may be no text; present for binary formats only. */
  readonly deserializeBytes?: (content: Uint8Array) => unknown
}
