// SPDX-License-Identifier: Apache-2.0
#include "scenarios/step_result.h"

#include <cerrno>

#include "checker/sync/sync.h"

namespace heddle {

namespace {

struct ErrorName {
    const char* name;
    int value;
};

constexpr ErrorName error_names[] = {
    {"-EAGAIN", -EAGAIN}, {"-EBUSY", -EBUSY},   {"-EFAULT", -EFAULT}, {"-EIDRM", -EIDRM},
    {"-EINVAL", -EINVAL}, {"-ENOMEM", -ENOMEM}, {"-EPERM", -EPERM},
};

}  // namespace

std::optional<int> result_of(const std::string& text) {
    if (text.size() == 1 && text[0] >= '0' && text[0] <= '9') {
        return text[0] - '0';
    }
    for (const ErrorName& error : error_names) {
        if (text == error.name) {
            return error.value;
        }
    }
    return std::nullopt;
}

void check_result(std::optional<int> expected, int result, Where where) {
    if (expected && *expected != result) {
        fail({.claim = "result",
              .formula = "the call returns what its step says",
              .left = static_cast<std::uint64_t>(result),
              .right = static_cast<std::uint64_t>(*expected),
              .where = where});
    }
}

}  // namespace heddle
