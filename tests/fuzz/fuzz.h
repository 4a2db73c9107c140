// SPDX-License-Identifier: Apache-2.0
// What a fuzzer calls with each input. A file of this folder named <name>_fuzz.cpp defines it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

// Reads the input. Never returns if something is wrong with what came of it: a failed assertion
// is what tells a fuzzer, and so does a sanitizer. Returns 0.
// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace heddle {

inline std::string text_of_input(const std::uint8_t* data, std::size_t size) {
    return {data, data + size};
}

}  // namespace heddle
