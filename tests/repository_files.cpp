// SPDX-License-Identifier: Apache-2.0
#include "tests/repository_files.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace heddle {

namespace {

const std::filesystem::path root = HEDDLE_SOURCE_DIR;

std::string output_of(const std::string& command) {
    std::string output;
    FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) {
        return output;
    }
    std::array<char, 4096> buffer = {};
    std::size_t size = 0;
    while ((size = fread(buffer.data(), 1, buffer.size(), pipe)) > 0) {
        output.append(buffer.data(), size);
    }
    return pclose(pipe) == 0 ? output : "";
}

std::vector<std::string> files_git_knows() {
    const std::string names = output_of("git -C '" + root.string() +
                                        "' ls-files -z --cached --others --exclude-standard"
                                        " 2>/dev/null");
    std::vector<std::string> files;
    for (std::size_t begin = 0; begin < names.size();) {
        const std::size_t end = names.find('\0', begin);
        files.push_back(names.substr(begin, end - begin));
        begin = end + 1;
    }
    // A file deleted but not yet committed is still in git's list.
    std::erase_if(files, [](const std::string& path) { return !exists(root / path); });
    return files;
}

std::vector<std::string> files_on_disk() {
    std::vector<std::string> files;
    std::filesystem::recursive_directory_iterator walk(root);
    for (const auto& entry : walk) {
        const std::string path = entry.path().lexically_relative(root).string();
        if (path == "build" || path == ".git" || entry.path().filename() == "node_modules") {
            walk.disable_recursion_pending();
        } else if (!entry.is_directory()) {
            files.push_back(path);
        }
    }
    return files;
}

}  // namespace

std::vector<std::string> repository_files() {
    std::vector<std::string> files = files_git_knows();
    if (files.empty()) {
        files = files_on_disk();
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(root / path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) {
        lines.push_back(line);
    }
    return lines;
}

}  // namespace heddle
