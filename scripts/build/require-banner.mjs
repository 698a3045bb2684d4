// SPDX-License-Identifier: Apache-2.0

/** Heads a bundle that is one ES module: CommonJS packages inside it still call `require` for what Node itself provides. */
export const requireBanner =
  "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);"
