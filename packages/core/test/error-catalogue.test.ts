// SPDX-License-Identifier: Apache-2.0
import { errorCatalogue } from '@halite/core'
import { expect, test } from 'vitest'
import { configurationErrors } from '../src/error-catalogue/configuration.ts'
import { daemonErrors } from '../src/error-catalogue/daemons.ts'
import { inputErrors } from '../src/error-catalogue/input.ts'
import { jobErrors } from '../src/error-catalogue/jobs.ts'
import { keyErrors } from '../src/error-catalogue/keys.ts'
import { releaseErrors } from '../src/error-catalogue/releases.ts'
import { wireErrors } from '../src/error-catalogue/wire.ts'

test('the subjects of the catalogue share no code', () => {
  const subjects = [
    inputErrors,
    configurationErrors,
    daemonErrors,
    releaseErrors,
    wireErrors,
    keyErrors,
    jobErrors,
  ]
  expect(Object.keys(errorCatalogue)).toEqual(subjects.flatMap((subject) => Object.keys(subject)))
})
