// SPDX-License-Identifier: Apache-2.0

/** The headings of `--help`, in the order they are printed. */
export const optionGroups = [
  'Target options',
  'Key actions',
  'Key options',
  'File options',
  'Job options',
  'Batch options',
  'Output options',
  'General options',
] as const

/** One of them. */
export type OptionGroup = (typeof optionGroups)[number]
