// SPDX-License-Identifier: Apache-2.0
export { toml as default } from '@halite/rendering/renderers'
