// SPDX-License-Identifier: Apache-2.0
import { SaltError } from '@halite/core'

const package_ = '[A-Za-z0-9][A-Za-z0-9+._-]*'
const architecture = '(?::[a-z0-9][a-z0-9-]*)?'
const version = '[A-Za-z0-9][A-Za-z0-9.+:~*_-]*'

const namePattern = new RegExp(`^${package_}${architecture}$`)
const requestPattern = new RegExp(`^${package_}${architecture}(?:=${version}|/[A-Za-z0-9._+~-]+|\\^)?$`)
const versionPattern = new RegExp(`^${version}$`)
const globPattern = /^[A-Za-z0-9*[][A-Za-z0-9+._:=*?[\]!-]*$/
const releasePattern = /^[A-Za-z0-9][A-Za-z0-9._+:=/,~*-]*$/

/** The name of a package, `zsh` or `zsh:i386`. Throws ARGUMENTS_INVALID for what a program could take for something else. */
export function checkedName(name: string): string {
  return checked(namePattern, name, 'the name of a package')
}

/**
 * What can be asked of `apt-get install`: a name, also as `name=version`, `name/release` and `task^`. One with a minus at its
 * end would have the package removed. Throws ARGUMENTS_INVALID.
 */
export function checkedRequest(name: string): string {
  if (name.endsWith('-')) throw invalid(name, 'the name of a package')
  return checked(requestPattern, name, 'the name of a package')
}

/** The same as a shell pattern, `vim*`. */
export function checkedGlob(pattern: string): string {
  return checked(globPattern, pattern, 'a pattern of names')
}

/** A version, also with a `*` in it. Throws ARGUMENTS_INVALID. */
export function checkedVersion(text: string): string {
  return checked(versionPattern, text, 'the version of a package')
}

/** A release or repository, as `apt-get -t` takes it: `unstable`, `a=stable`. Throws ARGUMENTS_INVALID. */
export function checkedRelease(text: string): string {
  return checked(releasePattern, text, 'a release (`fromrepo`)')
}

/** A path or pattern of paths. Throws ARGUMENTS_INVALID for an option and for control characters. */
export function checkedPath(path: string): string {
  return checked(/^[^-\p{Cc}][^\p{Cc}]*$/u, path, 'a path')
}

/** Whether a name stands for several. */
export function isGlob(name: string): boolean {
  return /[*?[]/.test(name)
}

function checked(pattern: RegExp, text: string, what: string): string {
  if (pattern.test(text) && text.length <= 4096) return text
  throw invalid(text, what)
}

function invalid(text: string, what: string): SaltError {
  return new SaltError('ARGUMENTS_INVALID', `${JSON.stringify(text)} is not ${what}`, {
    hint: 'Names have letters, digits and + - . only; see `apt-cache pkgnames`.',
  })
}
