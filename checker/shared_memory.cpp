// SPDX-License-Identifier: Apache-2.0
#include "checker/shared_memory.h"

#include <sys/mman.h>

#include <new>

namespace heddle {

SharedMemory::SharedMemory(std::size_t bytes) : bytes_(bytes) {
    void* mapped = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) {
        throw std::bad_alloc();
    }
    // Where the system allows it for shared memory, a probe then misses the TLB less often.
    madvise(mapped, bytes, MADV_HUGEPAGE);
    data_ = static_cast<std::byte*>(mapped);
}

SharedMemory::~SharedMemory() { munmap(data_, bytes_); }

}  // namespace heddle
