// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <span>

#include "checker/engine_mutations.h"
#include "checker/path_words.h"
#include "checker/shared_memory.h"

namespace heddle {

constexpr std::size_t cache_line = 64;

// Why a worker tells the coordinator something.
enum class News : std::uint32_t {
    lock_order,        // the schedule's steps show something of the order of locks
    final_state,       // the schedule leads to a final state, and the search wants to see those
    reached,           // a state reaches the `sometimes` claim `value`
    violation,         // the schedule leads to one
    wrong_reductions,  // the schedule shows that reductions rest on what is not so
    too_long           // a run of `value` steps has not come to an end
};

// What a worker shows. Only the worker writes here, but for the mail's being read.
struct alignas(cache_line) WorkerState {
    // Odd while the worker has work. It turns odd before the work is gone from where it was taken.
    std::atomic<std::uint64_t> turns;
    std::atomic<std::uint64_t> rests_at;  // the last pause it has come to
    std::atomic<std::uint64_t> needs_room;
    std::atomic<std::uint64_t> states;  // what insert() said was fresh
    std::atomic<std::uint64_t> transitions;
    std::atomic<std::uint64_t> executions;
    std::atomic<std::uint64_t> depth_max;
    std::atomic<std::uint64_t> depth;  // of its path
    std::atomic<std::uint64_t> has_mail;
    News news;
    std::uint32_t value;
    std::uint64_t steps;  // of the schedule, whose words are beside
};

// Where one worker puts a part of its work that any may take.
struct alignas(cache_line) OfferState {
    static constexpr std::uint64_t empty = 0;  // its owner may fill it
    static constexpr std::uint64_t ready = 1;
    static constexpr std::uint64_t taken = 2;  // plus the number of who is taking it

    std::atomic<std::uint64_t> state;
    std::uint64_t words;
};

// What a coordinator and its workers, which are processes forked from it, share besides the table:
// the path, the offer and the mail of each worker, and an offer of the coordinator's own. Work is
// handed on in an order in which it is never out of sight: at each instant it lies on a path whose
// worker's `turns` is odd or in an offer that is not empty, for a moment in both.
class WorkBoard {
  public:
    explicit WorkBoard(unsigned workers);

    unsigned workers() const { return workers_; }
    WorkerState& state(unsigned worker) { return states_[worker]; }
    std::span<std::atomic<PathWord>> path_words(unsigned worker) { return words(worker); }
    std::span<std::atomic<PathWord>> mail_words(unsigned worker) {
        return words(workers_ + worker);
    }

    // The pause that workers are to come to while it is odd.
    std::atomic<std::uint64_t>& pause() { return shared_->pause; }

    // Whether some process has reached the `sometimes` claim. Of claims with high numbers that is
    // not known.
    bool is_reached(std::size_t claim) const {
        return claim < claims_max &&
               (shared_->reached[claim / 64].load(std::memory_order_relaxed) >> claim % 64 & 1) !=
                   0;
    }
    void note_reached(std::size_t claim) {
        if (claim < claims_max) {
            shared_->reached[claim / 64].fetch_or(std::uint64_t{1} << claim % 64);
        }
    }

    // ---- offers; that of the coordinator has the number workers()

    bool is_empty(unsigned offer) const {
        return offers_[offer].state.load(std::memory_order_acquire) == OfferState::empty;
    }

    // By the owner of an empty one. False if there is no room.
    bool offer(unsigned offer, std::span<const PathWord> work);

    // Takes what is on offer, calls `keep` with it, and leaves the offer empty. False if there is
    // nothing.
    template <class Keep>
    bool take(unsigned offer, unsigned worker, Keep keep);

    // While nobody takes: what lies in an offer, empty if it is.
    PathImage offered(unsigned offer);

    // After the death of a worker: what it was about to take is on offer again.
    void take_back_from(unsigned worker);

    // Whether there is no work left, neither on a path nor in an offer. Stays so once it is. Looked
    // at in two rounds: if no worker's `turns` has changed in between, all have been without work
    // all the while, and an empty offer cannot have been filled.
    bool is_done();

  private:
    // Room for a path of 100,000 steps with 78 choices each.
    static constexpr std::size_t words_each = std::size_t{1} << 23;
    static constexpr std::size_t claims_max = 256;

    struct alignas(cache_line) Shared {
        std::atomic<std::uint64_t> pause;
        std::atomic<std::uint64_t> reached[claims_max / 64];
    };

    std::span<std::atomic<PathWord>> words(unsigned region) {
        return {words_ + region * words_each, words_each};
    }
    std::span<std::atomic<PathWord>> offer_words(unsigned offer) {
        return words(2 * workers_ + offer);
    }
    PathImage copy(unsigned offer);

    unsigned workers_;
    SharedMemory memory_;
    Shared* shared_;
    WorkerState* states_;
    OfferState* offers_;
    std::atomic<PathWord>* words_;
};

template <class Keep>
bool WorkBoard::take(unsigned offer, unsigned worker, Keep keep) {
    std::atomic<std::uint64_t>& state = offers_[offer].state;
    std::uint64_t expected = OfferState::ready;
    if (state.load(std::memory_order_relaxed) != expected ||
        !state.compare_exchange_strong(expected, OfferState::taken + worker)) {
        return false;
    }
    keep(engine_mutated(EngineMutation::offered_work_lost) ? PathImage{} : copy(offer));
    state.store(OfferState::empty);
    return true;
}

}  // namespace heddle
