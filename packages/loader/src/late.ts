// SPDX-License-Identifier: Apache-2.0

/** At once, or, where the master is asked from another process, later. */
export type Late<T> = T | Promise<T>
