// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace heddle {

// How many states a depth-first search that meets no state twice will have visited at its end,
// guessed while it goes on.
//
// The first choice of a state leads to most of what lies behind it; what the others lead to has
// mostly been visited by then. How little they add depends on how much the first led to. So the
// search keeps, of states whose choices are all behind it, the ratio of what the later choices
// added to what the first led to, by the power of two of the latter. From the end of the present
// path back to the start the choices not yet taken count by their share in that. Beyond the largest
// that is known ratios go on to fall as they fell over the last four powers of two.
//
// A guess without a bound on its error: see checker/README.md for how good it was.
class Estimate {
  public:
    // A new state was come to, by the choice last taken of the state before.
    void push();

    // The next choice of the state that the path ends with is being taken, of so many as are to be
    // taken by what is known now.
    void advance(std::size_t choices) {
        Frame& frame = path_[depth_ - 1];
        frame.choices = choices;
        frame.before_last = states_;
        if (frame.taken++ == 1) {
            frame.after_first = states_;
        }
    }

    // All choices of that state are behind it.
    void pop();

    // States at the end of the search; at least those visited so far.
    double states() const;

    // 0 if no search has told anything.
    std::uint64_t visited() const { return states_; }

    // Whether states() is worth telling. A guess of very many times what has been seen is the
    // product of many small errors, not knowledge.
    bool is_useful() const;

    // "a guess at all there are: 1,230,000 states", or that there is none.
    std::string text() const;

  private:
    // Counts of states: when it was come to, behind its first choice, before its last one so far.
    struct Frame {
        std::uint64_t before = 0;
        std::uint64_t after_first = 0;
        std::uint64_t before_last = 0;
        std::size_t choices = 0;
        std::size_t taken = 0;
    };

    // Of finished states whose first choice led to 2^i to 2^(i + 1) - 1 states.
    struct Kind {
        double later = 0;  // states that later choices led to
        double first = 0;  // states that first choices led to
        std::uint64_t frames = 0;
    };

    double ratio(double first) const;
    double known_ratio(std::size_t kind) const;

    std::vector<Frame> path_;
    std::size_t depth_ = 0;
    std::uint64_t states_ = 0;
    std::array<Kind, 64> kinds_ = {};
};

// What has been guessed while a search went on, to tell how steady the guess is.
class EstimateHistory {
  public:
    // Adds a guess, made with so many states visited. Returns the factor, 1 or more, between it and
    // the one farthest from it since half as many had been visited.
    double add(std::uint64_t states, double guess);

  private:
    struct Guess {
        std::uint64_t states = 0;
        double guess = 0;
    };

    std::deque<Guess> guesses_ = {};
};

// Three digits, and zeros: "1,230,000".
std::string rounded_count(double count);

}  // namespace heddle
