// SPDX-License-Identifier: Apache-2.0
#include "checker/work_board.h"

#include "checker/engine_mutations.h"

namespace heddle {

WorkBoard::WorkBoard(unsigned workers)
    : workers_(workers),
      memory_(sizeof(Shared) + workers * sizeof(WorkerState) + (workers + 1) * sizeof(OfferState) +
              (3 * std::size_t{workers} + 1) * words_each * sizeof(PathWord)),
      shared_(reinterpret_cast<Shared*>(memory_.data())),
      states_(reinterpret_cast<WorkerState*>(shared_ + 1)),
      offers_(reinterpret_cast<OfferState*>(states_ + workers)),
      words_(reinterpret_cast<std::atomic<PathWord>*>(offers_ + workers + 1)) {}

bool WorkBoard::offer(unsigned offer, std::span<const PathWord> work) {
    const std::span<std::atomic<PathWord>> to = offer_words(offer);
    if (work.size() > to.size()) {
        return false;
    }
    for (std::size_t i = 0; i < work.size(); ++i) {
        to[i].store(work[i], std::memory_order_relaxed);
    }
    offers_[offer].words = work.size();
    offers_[offer].state.store(OfferState::ready);
    return true;
}

PathImage WorkBoard::copy(unsigned offer) {
    PathImage work(offers_[offer].words);
    const std::span<std::atomic<PathWord>> from = offer_words(offer);
    for (std::size_t i = 0; i < work.size(); ++i) {
        work[i] = from[i].load(std::memory_order_relaxed);
    }
    return work;
}

PathImage WorkBoard::offered(unsigned offer) { return is_empty(offer) ? PathImage{} : copy(offer); }

void WorkBoard::take_back_from(unsigned worker) {
    for (unsigned offer = 0; offer <= workers_; ++offer) {
        std::uint64_t expected = OfferState::taken + worker;
        offers_[offer].state.compare_exchange_strong(expected, OfferState::ready);
    }
}

bool WorkBoard::is_done() {
    std::vector<std::uint64_t> turns;
    for (unsigned worker = 0; worker < workers_; ++worker) {
        turns.push_back(states_[worker].turns.load());
        if (turns.back() % 2 != 0) {
            return false;
        }
    }
    for (unsigned offer = 0; offer <= workers_; ++offer) {
        if (!is_empty(offer) && !engine_mutated(EngineMutation::done_with_work_on_offer)) {
            return false;
        }
    }
    for (unsigned worker = 0; worker < workers_; ++worker) {
        if (states_[worker].turns.load() != turns[worker]) {
            return false;
        }
    }
    return true;
}

}  // namespace heddle
