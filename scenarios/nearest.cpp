// SPDX-License-Identifier: Apache-2.0
#include "scenarios/nearest.h"

#include <algorithm>
#include <numeric>

namespace heddle {

namespace {

// Insertions, deletions and replacements of a character that make one word the other.
// Source: Wagner and Fischer, The String-to-String Correction Problem, JACM 1974.
std::size_t distance(const std::string& one, const std::string& other) {
    std::vector<std::size_t> row(other.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < one.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < other.size(); ++j) {
            const std::size_t replaced = diagonal + (one[i] == other[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({row[j] + 1, row[j + 1] + 1, replaced});
        }
    }
    return row.back();
}

}  // namespace

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
    std::string best;
    // A third of the word may be wrong.
    std::size_t least = word.size() / 3 + 1;
    for (const std::string& candidate : candidates) {
        const std::size_t wrong = distance(word, candidate);
        if (wrong <= least && (best.empty() || wrong < least)) {
            least = wrong;
            best = candidate;
        }
    }
    return best;
}

}  // namespace heddle
