// SPDX-License-Identifier: Apache-2.0
#include "scenarios/conform/smaps.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <sstream>

namespace heddle {

namespace {

// A mapping with what is needed only while it is read.
struct SmapsEntry {
    MappingView view = {};
    std::uint64_t start = 0;
    std::uint64_t end = 0;
    bool has_locked = false;
    bool has_flags = false;
};

// "7f00-7f01 rw-p 00000000 00:01 42   /memfd:f": no value for any other line.
std::optional<SmapsEntry> parse_head(const std::string& line, const Window& window) {
    SmapsEntry entry;
    char access[5] = "";
    std::uint64_t offset = 0;
    std::uint64_t inode = 0;
    // NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers
    if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*x:%*x %" SCNu64,
                    &entry.start, &entry.end, access, &offset, &inode) != 5) {
        return std::nullopt;
    }
    entry.view.readable = access[0] == 'r';
    entry.view.writable = access[1] == 'w';
    entry.view.shared = access[3] == 's';
    for (std::size_t file = 0; file < window.inodes.size(); ++file) {
        if (inode != 0 && inode == window.inodes[file]) {
            entry.view.file = static_cast<int>(file);
            entry.view.index = static_cast<unsigned>(offset / page_bytes);
        }
    }
    entry.view.pages = static_cast<unsigned>((entry.end - entry.start) / page_bytes);
    return entry;
}

void read_line(const std::string& line, SmapsEntry& entry) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "Locked:") {
        entry.has_locked = static_cast<bool>(words >> entry.view.locked_kb);
    } else if (word == "VmFlags:") {
        entry.has_flags = true;
        while (words >> word) {
            entry.view.locked = entry.view.locked || word == "lo";
            entry.view.onfault = entry.view.onfault || word == "lf";
        }
    }
}

void add_entry(SmapsEntry& entry, const Window& window, Smaps& smaps) {
    smaps.has_locked = smaps.has_locked && entry.has_locked;
    smaps.has_flags = smaps.has_flags && entry.has_flags;
    const std::uint64_t top = window.base + window.pages * page_bytes;
    if (entry.start >= window.base && entry.end <= top) {
        entry.view.first = static_cast<unsigned>((entry.start - window.base) / page_bytes);
        smaps.mappings.push_back(entry.view);
        return;
    }
    // The gate area, which belongs to nobody.
    if (entry.start >= top) {
        return;
    }
    smaps.outside += entry.view.pages;
    smaps.outside_locked += entry.view.locked ? entry.view.pages : 0;
}

}  // namespace

std::optional<Smaps> parse_smaps(const std::string& text, const Window& window) {
    Smaps smaps;
    std::optional<SmapsEntry> entry;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        if (std::optional<SmapsEntry> next = parse_head(line, window)) {
            if (entry) {
                add_entry(*entry, window, smaps);
            }
            entry = next;
        } else if (entry) {
            read_line(line, *entry);
        }
    }
    if (!entry) {
        return std::nullopt;
    }
    add_entry(*entry, window, smaps);
    return smaps;
}

std::optional<long> parse_locked_pages(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string word;
        long kb = 0;
        if (words >> word && word == "VmLck:" && words >> kb) {
            return kb / static_cast<long>(page_bytes / 1024);
        }
    }
    return std::nullopt;
}

std::string contents_of_proc(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace heddle
