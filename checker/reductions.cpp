// SPDX-License-Identifier: Apache-2.0
#include "checker/reductions.h"

#include <algorithm>
#include <array>

namespace heddle {

namespace {

constexpr std::array table = {
    ReductionKind{"symmetry", "tasks that are alike are interchangeable", &Reductions::symmetry},
    ReductionKind{"commuting", "operations on one word commute where what they do allows it",
                  &Reductions::commuting},
    ReductionKind{"partial-order", "of orders of what does not conflict one is enough",
                  &Reductions::partial_order},
    ReductionKind{"private-objects", "what only one task can reach any more needs no order",
                  &Reductions::private_objects},
    ReductionKind{"await", "who only looks waits for a change", &Reductions::await},
    ReductionKind{"locals", "what a task has seen and no longer holds does not matter",
                  &Reductions::locals},
};

}  // namespace

std::span<const ReductionKind> reduction_kinds() { return table; }

std::optional<Reductions> parse_reductions(const std::string& text) {
    if (text == "all" || text == "none") {
        return text == "all" ? Reductions::all() : Reductions::none();
    }
    const bool left_out = text.starts_with('-');
    Reductions reductions = left_out ? Reductions::all() : Reductions::none();
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        std::string word = text.substr(begin, end - begin);
        if (word.starts_with('-') != left_out) {
            return std::nullopt;
        }
        word.erase(0, left_out ? 1 : 0);
        const auto kind = std::find_if(table.begin(), table.end(),
                                       [&word](auto& row) { return row.name == word; });
        if (kind == table.end()) {
            return std::nullopt;
        }
        reductions.*(kind->on) = !left_out;
        begin = end + 1;
    }
    return reductions;
}

std::string text_of(const Reductions& reductions) {
    if (reductions == Reductions::all()) {
        return "all";
    }
    std::string text;
    for (const ReductionKind& kind : table) {
        if (reductions.*(kind.on)) {
            text += (text.empty() ? "" : ",") + std::string(kind.name);
        }
    }
    return text.empty() ? "none" : text;
}

}  // namespace heddle
