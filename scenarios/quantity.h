// SPDX-License-Identifier: Apache-2.0
// Numbers with units as a user writes them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace heddle {

// A whole number from 0 to 2^64 - 1, decimal.
std::optional<std::uint64_t> parse_count(const std::string& text);

// A number of bytes: "4096", or "512K", "64M", "2G" in powers of 1024.
std::optional<std::uint64_t> parse_size(const std::string& text);

// A number of seconds, not negative and finite: "0.5", "90".
std::optional<double> parse_seconds(const std::string& text);

// The way back, rounded for a reader: "512 KiB", "3.4 MiB".
std::string size_text(std::uint64_t bytes);

}  // namespace heddle
