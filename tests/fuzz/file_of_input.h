// SPDX-License-Identifier: Apache-2.0
// The input as a file, for what is read by its name.
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cassert>
#include <cstdint>
#include <string>

namespace heddle {

class FileOfInput {
  public:
    FileOfInput(const std::uint8_t* data, std::size_t size)
        : descriptor_(memfd_create("input", 0)) {
        const ssize_t written = write(descriptor_, data, size);
        assert(written >= 0 && static_cast<std::size_t>(written) == size);
    }
    ~FileOfInput() { close(descriptor_); }
    FileOfInput(const FileOfInput&) = delete;
    FileOfInput& operator=(const FileOfInput&) = delete;

    std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

  private:
    int descriptor_;
};

}  // namespace heddle
