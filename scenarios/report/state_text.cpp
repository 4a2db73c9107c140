// SPDX-License-Identifier: Apache-2.0
#include "scenarios/report/state_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <string_view>

#include "model/describe.h"
#include "scenarios/report/text_style.h"

namespace heddle {

namespace {

constexpr long page_kib = 4;

// "UNEVICTABLE_PGMUNLOCKED 1" of describe_machine() as "unevictable_pgs_munlocked 1".
std::optional<std::string> vmstat_text(const std::string& line) {
    constexpr std::string_view in_source = "unevictable_pg";
    const std::size_t blank = line.find(' ');
    if (blank == std::string::npos || vm_event_of(line.substr(0, blank)) < 0) {
        return std::nullopt;
    }
    std::string text = line;
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return static_cast<char>(std::tolower(c)); });
    if (text.starts_with(in_source)) {
        text.insert(in_source.size(), "s_");
    }
    return text;
}

// Of "zone 0: nr_mlock 1".
std::optional<long> nr_mlock_in(const std::string& line) {
    constexpr std::string_view name = ": nr_mlock ";
    const std::size_t at = line.find(name);
    if (!line.starts_with("zone ") || at == std::string::npos) {
        return std::nullopt;
    }
    return std::strtol(line.c_str() + at + name.size(), nullptr, 10);
}

}  // namespace

std::vector<std::string> state_lines(const std::string& state) {
    std::vector<std::string> lines;
    std::vector<std::string> events;
    std::optional<long> nr_mlock;
    std::size_t behind_zones = 0;
    for (const std::string& line : lines_of_text(state)) {
        if (const std::optional<std::string> event = vmstat_text(line)) {
            events.push_back(*event);
            continue;
        }
        lines.push_back(line);
        if (const std::optional<long> of_zone = nr_mlock_in(line)) {
            nr_mlock = nr_mlock.value_or(0) + *of_zone;
            behind_zones = lines.size();
        }
    }
    const auto place = lines.begin() + static_cast<std::ptrdiff_t>(behind_zones);
    if (!events.empty()) {
        lines.insert(place, fmt::format("/proc/vmstat: {}", fmt::join(events, ", ")));
    }
    if (nr_mlock) {
        lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(behind_zones),
                     fmt::format("/proc/meminfo: Mlocked: {} kB", *nr_mlock * page_kib));
    }
    return lines;
}

}  // namespace heddle
