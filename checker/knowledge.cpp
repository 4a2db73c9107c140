// SPDX-License-Identifier: Apache-2.0
#include "checker/knowledge.h"

namespace heddle {

namespace {

using Row = std::vector<std::uint64_t>;

constexpr std::size_t words_of_a_state = 4;   // the first history, and the rank
constexpr std::size_t words_of_a_number = 3;  // the key, and the number

Row row_of(const AgreedNumbers& numbers) {
    Row row;
    numbers.for_each([&row](AgreedNumbers::Key key, std::uint32_t number) {
        row.insert(row.end(), {key.low, key.high, number});
    });
    return row;
}

void restore_numbers(AgreedNumbers& numbers, const Row& row) {
    for (std::size_t at = 0; at + words_of_a_number <= row.size(); at += words_of_a_number) {
        if (std::atomic<std::uint32_t>* place = numbers.place_of({row[at], row[at + 1]})) {
            AgreedNumbers::agree(*place, static_cast<std::uint32_t>(row[at + 2]));
        }
    }
}

}  // namespace

Knowledge::Rows Knowledge::rows() const {
    Rows rows(5);
    for (LocalState state = 0; state < locals.size(); ++state) {
        const History& first = locals.first_histories()[state];
        rows[0].insert(rows[0].end(),
                       {first.low, first.high, first.operations, locals.rank(state)});
    }
    rows[1] = row_of(locals.by_history());
    rows[2] = row_of(locals.by_locals());
    for (unsigned log = 0; log < logs.logs(); ++log) {
        Row& row = rows[log < logs.logs() / 2 ? 3 : 4];
        row.insert(row.end(), logs.words(log).begin(), logs.words(log).end());
    }
    return rows;
}

void Knowledge::restore(const Rows& rows) {
    const Row& states = rows[0];
    for (std::size_t at = locals.size() * words_of_a_state; at + words_of_a_state <= states.size();
         at += words_of_a_state) {
        locals.add({states[at], states[at + 1], states[at + 2]},
                   static_cast<std::uint32_t>(states[at + 3]));
    }
    restore_numbers(locals.by_history(), rows[1]);
    restore_numbers(locals.by_locals(), rows[2]);
    // As if the last of the processes had learnt it all.
    logs.append(logs.logs() / 2 - 1, rows[3]);
    logs.append(logs.logs() - 1, rows[4]);
}

}  // namespace heddle
