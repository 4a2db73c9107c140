// SPDX-License-Identifier: Apache-2.0
#include "checker/pointer_check.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <new>
#include <string>
#include <vector>

#include "checker/execution_state.h"

namespace heddle {

namespace {

// No heap is as large as this; a sanitizer's shadow memory is.
constexpr std::uintptr_t shadow_bytes_min = std::uintptr_t{1} << 36;

// Below are the program's own variables, and the model's numbers.
constexpr std::uintptr_t low_end = std::uintptr_t{1} << 32;

// A program at fixed addresses has its heap down there too, where a few small numbers side by side
// look like a pointer. A page behind the end of the heap keeps it from growing, and what it has
// left is used up: malloc() goes on in mappings, whose addresses are high.
bool keep_heap_out_of_low_memory() {
    constexpr std::uintptr_t page_bytes = 4096;
    const auto heap_end = reinterpret_cast<std::uintptr_t>(sbrk(0));
    void* next_page = reinterpret_cast<void*>((heap_end + page_bytes - 1) & ~(page_bytes - 1));
    if (mmap(next_page, page_bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
             -1, 0) == MAP_FAILED) {
        return false;
    }
    const auto takes_low_memory = [](std::size_t bytes) {
        void* block = ::operator new(bytes);
        const bool low = reinterpret_cast<std::uintptr_t>(block) < low_end;
        if (!low) {
            ::operator delete(block);
        }
        return low;
    };
    // From the largest block down to each size of which malloc() keeps a list.
    for (std::size_t bytes = 1 << 17; bytes != 0; bytes = bytes > 2048 ? bytes / 2 : bytes - 16) {
        while (takes_low_memory(bytes)) {
        }
    }
    return true;
}
[[maybe_unused]] const bool heap_is_high = keep_heap_out_of_low_memory();

struct Range {
    std::uintptr_t begin;
    std::uintptr_t end;
};

std::vector<Range> writable_memory_of_the_checker() {
    std::vector<Range> ranges;
    std::ifstream maps("/proc/self/maps");
    std::string line;
    while (std::getline(maps, line)) {
        Range range = {};
        char rights[5] = "";
        const bool parsed = std::sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %4s", &range.begin,
                                        &range.end, rights) == 3;
        const bool is_ours =
            range.end > Arena::address && range.begin < stacks_address + (std::uintptr_t{1} << 32);
        if (parsed && rights[1] == 'w' && !is_ours && range.end - range.begin < shadow_bytes_min &&
            range.begin >= low_end) {
            ranges.push_back(range);
        }
    }
    return ranges;
}

}  // namespace

std::optional<Failure> find_foreign_pointer(const Arena& arena, std::size_t bytes) {
    const std::vector<Range> ranges = writable_memory_of_the_checker();
    for (std::size_t offset = 0; offset + sizeof(std::uintptr_t) <= bytes;
         offset += sizeof(std::uintptr_t)) {
        std::uintptr_t word = 0;
        std::memcpy(&word, arena.begin() + offset, sizeof(word));
        const bool foreign = std::any_of(ranges.begin(), ranges.end(), [word](const Range& range) {
            return word >= range.begin && word < range.end;
        });
        if (foreign) {
            return Failure{.claim = "foreign-pointer",
                           .formula = "what tasks share points only into the arena",
                           .left = word,
                           .right = 0,
                           .object = arena.begin() + offset};
        }
    }
    return std::nullopt;
}

}  // namespace heddle
