// SPDX-License-Identifier: Apache-2.0
// The memory that tasks share, at an address that is the same in every process.
#pragma once

#include <cstddef>
#include <cstdint>

#include "checker/world_memory.h"

namespace heddle {

// Bump allocation from one mapping at a fixed address. What is allocated is zero and is never
// given back: a run ends by rewinding, which also lowers the bump pointer. Only one may exist at
// a time in a process; a second one is an assertion failure.
class Arena final : public WorldMemory {
  public:
    static constexpr std::uintptr_t address = 0x2000'0000'0000;
    static constexpr std::size_t capacity = std::size_t{64} << 20;  // bytes

    Arena();
    ~Arena() override;
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    // `bytes` of zeroed memory; null when the arena is full. `alignment` is a power of two.
    void* allocate(std::size_t bytes, std::size_t alignment) override;

    // The same from a mapping of its own beside the arena: neither copied nor hashed. Null when it
    // is full. After protect_constants() a write is a crash of the writer.
    static constexpr std::size_t constants_capacity = std::size_t{64} << 10;  // bytes
    void* allocate_constant(std::size_t bytes, std::size_t alignment) override;
    void protect_constants();

    std::byte* begin() const { return reinterpret_cast<std::byte*>(address); }
    std::size_t used() const { return used_; }
    void set_used(std::size_t used) { used_ = used; }

    static bool contains(const void* pointer) {
        return reinterpret_cast<std::uintptr_t>(pointer) - address < capacity;
    }

  private:
    static constexpr std::uintptr_t constants_address = address + capacity;

    std::size_t used_ = 0;
    std::size_t constants_used_ = 0;
};

// The address of an object by its distance from the arena's start.
inline const void* arena_address(std::uint32_t offset) {
    return reinterpret_cast<const void*>(Arena::address + offset);
}

// While set, operator new takes from this arena: the code under test is running.
void serve_heap_from(Arena* arena);

}  // namespace heddle
