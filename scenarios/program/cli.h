// SPDX-License-Identifier: Apache-2.0
// The names of CLI11 that headers need; the library takes long to read.
#pragma once

// NOLINTNEXTLINE(readability-identifier-naming): its name.
namespace CLI {
class App;
class Option;
}  // namespace CLI
