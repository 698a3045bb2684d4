// SPDX-License-Identifier: Apache-2.0
export { text as default } from '@halite/rendering/renderers'
