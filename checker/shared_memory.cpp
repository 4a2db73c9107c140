// SPDX-License-Identifier: Apache-2.0
#include "checker/shared_memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <new>

namespace heddle {

namespace {

constexpr std::size_t page_bytes = 4096;

// Linux 6.1; older headers do not know it, and older systems refuse it.
constexpr int advice_collapse = 25;

void* map(void* at, std::size_t bytes, int protection, int flags) {
    void* mapped = mmap(at, bytes, protection, flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc();
    }
    return mapped;
}

}  // namespace

// At the start of a huge page: an anonymous mapping is put anywhere, and moved over to there.
SharedMemory::SharedMemory(std::size_t bytes)
    : bytes_((bytes + page_bytes - 1) / page_bytes * page_bytes) {
    const std::size_t room = bytes_ + huge_page_bytes;
    auto* begin = static_cast<std::byte*>(map(nullptr, room, PROT_NONE, MAP_PRIVATE));
    const auto address = reinterpret_cast<std::uintptr_t>(begin);
    const std::size_t before = (huge_page_bytes - address % huge_page_bytes) % huge_page_bytes;
    data_ = begin + before;
    map(data_, bytes_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED);
    if (before > 0) {
        munmap(begin, before);
    }
    munmap(data_ + bytes_, room - before - bytes_);
}

SharedMemory::~SharedMemory() { munmap(data_, bytes_); }

void SharedMemory::use(std::size_t begin, std::size_t end) {
    begin = begin / page_bytes * page_bytes;
    end = std::min(end, bytes_);
    const std::size_t first_huge = begin / huge_page_bytes * huge_page_bytes;
    const std::size_t end_huge = end / huge_page_bytes * huge_page_bytes;
    if (first_huge < end_huge) {
        // Huge pages are made of small ones that are there, one at least.
        for (std::size_t at = first_huge; at < end_huge; at += huge_page_bytes) {
            madvise(data_ + at, page_bytes, MADV_POPULATE_WRITE);
        }
        madvise(data_ + first_huge, end_huge - first_huge, advice_collapse);
    }
    madvise(data_ + begin, end - begin, MADV_POPULATE_WRITE);
}

}  // namespace heddle
