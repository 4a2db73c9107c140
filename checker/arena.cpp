// SPDX-License-Identifier: Apache-2.0
#include "checker/arena.h"

#include <sys/mman.h>

#include <cassert>
#include <cstdlib>
#include <cstring>
#include <new>

#include "checker/sync/operation.h"

namespace heddle {

namespace {

Arena* heap_of_the_running_task = nullptr;

void* allocate_for_anybody(std::size_t bytes, std::size_t alignment) {
    if (heap_of_the_running_task != nullptr) {
        void* memory = heap_of_the_running_task->allocate(bytes, alignment);
        if (memory == nullptr) {
            fail({.claim = "arena",
                  .formula = "the tasks' memory fits in the arena",
                  .left = bytes,
                  .right = Arena::capacity,
                  .where = Where::here()});
        }
        return memory;
    }
    void* memory = alignment <= alignof(std::max_align_t)
                       ? std::malloc(bytes == 0 ? 1 : bytes)
                       : std::aligned_alloc(alignment, (bytes + alignment - 1) & ~(alignment - 1));
    if (memory == nullptr) {
        throw std::bad_alloc();
    }
    return memory;
}

void free_for_anybody(void* memory) {
    if (!Arena::contains(memory)) {
        std::free(memory);
    }
}

}  // namespace

Arena::Arena() {
    void* mapped = mmap(begin(), capacity + constants_capacity, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
    assert(mapped == begin() && "one Arena at a time");
    static_cast<void>(mapped);
}

Arena::~Arena() { munmap(begin(), capacity + constants_capacity); }

void* Arena::allocate_constant(std::size_t bytes, std::size_t alignment) {
    const std::size_t start = (constants_used_ + alignment - 1) & ~(alignment - 1);
    if (bytes > constants_capacity || start > constants_capacity - bytes) {
        return nullptr;
    }
    constants_used_ = start + bytes;
    return reinterpret_cast<void*>(constants_address + start);
}

void Arena::protect_constants() {
    const int failed =
        mprotect(reinterpret_cast<void*>(constants_address), constants_capacity, PROT_READ);
    assert(failed == 0);
    static_cast<void>(failed);
}

void* Arena::allocate(std::size_t bytes, std::size_t alignment) {
    const std::size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (bytes > capacity || start > capacity - bytes) {
        return nullptr;
    }
    // The padding is hashed and may be left over from a run that was rewound.
    std::memset(begin() + used_, 0, start + bytes - used_);
    used_ = start + bytes;
    return begin() + start;
}

void serve_heap_from(Arena* arena) { heap_of_the_running_task = arena; }

}  // namespace heddle

void* operator new(std::size_t bytes) {
    return heddle::allocate_for_anybody(bytes, alignof(std::max_align_t));
}
void* operator new[](std::size_t bytes) {
    return heddle::allocate_for_anybody(bytes, alignof(std::max_align_t));
}
void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return heddle::allocate_for_anybody(bytes, static_cast<std::size_t>(alignment));
}
void* operator new[](std::size_t bytes, std::align_val_t alignment) {
    return heddle::allocate_for_anybody(bytes, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
    try {
        return operator new(bytes);
    } catch (const std::bad_alloc&) {
        return nullptr;
    }
}
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept {
    return operator new(bytes, std::nothrow);
}
void operator delete(void* memory) noexcept { heddle::free_for_anybody(memory); }
void operator delete[](void* memory) noexcept { heddle::free_for_anybody(memory); }
void operator delete(void* memory, std::size_t) noexcept { heddle::free_for_anybody(memory); }
void operator delete[](void* memory, std::size_t) noexcept { heddle::free_for_anybody(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { heddle::free_for_anybody(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept {
    heddle::free_for_anybody(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
    heddle::free_for_anybody(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
    heddle::free_for_anybody(memory);
}
