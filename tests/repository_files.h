// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace heddle {

// The files of the source tree, as sorted paths from its root: what git tracks or would track;
// where git does not know the tree, everything but build/ and .git/.
std::vector<std::string> repository_files();

// The lines of one of these files, without their ends. Empty for a file that cannot be read.
std::vector<std::string> lines_of(const std::string& path);

}  // namespace heddle
