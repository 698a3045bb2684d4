// SPDX-License-Identifier: Apache-2.0
export { gpg as default } from '@halite/rendering/renderers'
