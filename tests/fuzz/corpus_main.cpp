// SPDX-License-Identifier: Apache-2.0
// Gives each file of a kept corpus to what a fuzzer calls, without a fuzzer. Usage: PROGRAM FOLDER
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <system_error>
#include <vector>

#include "tests/fuzz/fuzz.h"

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_in(const char* folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<fs::path> files = files_in(argc == 2 ? argv[1] : "");
    if (files.empty()) {
        std::cerr << argv[0] << ": expected one folder with files\n";
        return 2;
    }
    for (const fs::path& path : files) {
        // The last line is the one at fault if this ends here.
        std::cout << path.filename().string() << std::endl;
        std::ifstream file(path, std::ios::binary);
        const std::string text(std::istreambuf_iterator<char>(file), {});
        if (!file) {
            std::cerr << path.string() << ": cannot be read\n";
            return 2;
        }
        std::vector<std::uint8_t> bytes(text.begin(), text.end());
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::cout << files.size() << " inputs\n";
    return 0;
}
