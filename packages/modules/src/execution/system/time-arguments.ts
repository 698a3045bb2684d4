// SPDX-License-Identifier: Apache-2.0
import { arg } from '@halite/loader'

const part = (what: string) => arg.integer(`${what}; default that of now.`).optional()

/** The parts of date and time that a clock is set to. */
export const timeArguments = {
  years: part('The year'),
  months: part('The month'),
  days: part('The day'),
  hours: part('The hour'),
  minutes: part('The minute'),
  seconds: part('The second'),
}
