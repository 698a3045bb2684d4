// SPDX-License-Identifier: Apache-2.0
export { js as default } from '@halite/rendering/renderers'
