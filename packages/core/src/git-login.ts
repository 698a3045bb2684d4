// SPDX-License-Identifier: Apache-2.0

/** Settings of git. */
export type GitSettings = readonly (readonly [key: string, value: string])[]

/** Who asks for a repository by http. */
export interface GitLogin {
  readonly user: string
  readonly password: string
}

/** Answers git from the environment; the text itself is no secret. */
const credentialHelper =
  '!f() { if [ "$1" = get ]; then printf \'username=%s\\npassword=%s\\n\' "$HALITE_GIT_USER" "$HALITE_GIT_PASSWORD"; fi; }; f'

/**
 * Environment and settings by which git is given a user and password for the host of `url` alone, and not for those that it
 * redirects to. They stand in no argument, which anybody on the host could read.
 */
export function gitLogin(
  url: string,
  { user, password }: GitLogin,
): { readonly env: Readonly<Record<string, string>>; readonly config: GitSettings } {
  const origin = new URL(url).origin
  return {
    env: { HALITE_GIT_USER: user, HALITE_GIT_PASSWORD: password },
    config: [
      ['credential.helper', ''],
      [`credential.${origin}.helper`, credentialHelper],
    ],
  }
}

/** Settings as git reads them from the environment. */
export function gitSettings(config: GitSettings): Record<string, string> {
  const pairs = config.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ])
  return { GIT_CONFIG_COUNT: String(config.length), ...Object.fromEntries(pairs) }
}
