// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

namespace heddle::bench {

// What a file or a flag of the user says cannot be used. The text names the place: "FILE:
// member[3]: expected ...". run_bench_program() prints it and ends with 2.
class InputError : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

}  // namespace heddle::bench
