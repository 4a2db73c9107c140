// SPDX-License-Identifier: Apache-2.0
// What /proc tells of the memory of a process.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/conform/side.h"

namespace heddle {

// The addresses that stand for the pages of the model.
struct Window {
    std::uint64_t base = 0;
    unsigned pages = 0;
    std::array<std::uint64_t, 2> inodes = {};  // of the files
};

struct Smaps {
    std::vector<MappingView> mappings = {};  // in the window
    // Of the agent itself, in pages.
    std::uint64_t outside = 0;
    std::uint64_t outside_locked = 0;
    // Whether each mapping has these lines.
    bool has_locked = true;
    bool has_flags = true;
};

// The text of /proc/PID/smaps; no value if it is none.
std::optional<Smaps> parse_smaps(const std::string& text, const Window& window);

// VmLck of the text of /proc/PID/status, in pages; no value if it is not there.
std::optional<long> parse_locked_pages(const std::string& text);

// What is in the file; empty if it cannot be read.
std::string contents_of_proc(const std::string& path);

}  // namespace heddle
