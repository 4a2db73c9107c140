// SPDX-License-Identifier: Apache-2.0
#include "checker/estimate.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace heddle {

namespace {

// A ratio counts as known from so many states on; the fall of ratios is taken over so many kinds.
constexpr std::uint64_t frames_min = 5;
constexpr std::size_t fall_kinds = 4;

// Beyond so many times the states visited nothing is said.
constexpr double useful_factor = 100;

// Before anything is known.
constexpr double first_guess = 0.5;

std::size_t kind_of(std::uint64_t states) {
    return static_cast<std::size_t>(std::bit_width(states)) - 1;
}

}  // namespace

void Estimate::push() {
    ++states_;
    if (depth_ == path_.size()) {
        path_.emplace_back();
    }
    path_[depth_++] = {.before = states_, .before_last = states_};
}

void Estimate::pop() {
    const Frame& frame = path_[--depth_];
    if (frame.taken < 2 || frame.after_first == frame.before) {
        return;
    }
    const std::uint64_t first = frame.after_first - frame.before;
    Kind& kind = kinds_[kind_of(first)];
    ++kind.frames;
    kind.first += static_cast<double>(first);
    kind.later += static_cast<double>(states_ - frame.after_first);
}

// Of the largest kind up to this one of which there is anything.
double Estimate::known_ratio(std::size_t kind) const {
    while (kind > 0 && kinds_[kind].frames == 0) {
        --kind;
    }
    return kinds_[kind].frames == 0 ? first_guess : kinds_[kind].later / kinds_[kind].first;
}

// What the later choices together add per state that the first led to.
double Estimate::ratio(double first) const {
    std::size_t largest = kinds_.size();
    while (largest > 0 && kinds_[largest - 1].frames < frames_min) {
        --largest;
    }
    if (largest == 0) {
        return first_guess;
    }
    --largest;
    const auto kind = static_cast<std::size_t>(std::log2(first));
    if (kind <= largest) {
        return known_ratio(kind);
    }
    const std::size_t smaller = largest < fall_kinds ? 0 : largest - fall_kinds;
    const double known = known_ratio(largest);
    const double before = known_ratio(smaller);
    const bool falls = known < before && known > 0;
    const double step =
        falls ? std::pow(known / before, 1.0 / static_cast<double>(largest - smaller)) : 1.0;
    return known * std::pow(step, static_cast<double>(kind - largest));
}

double Estimate::states() const {
    double below = 0;  // states that the last choice taken leads to, at the end
    for (std::size_t i = depth_; i-- > 0;) {
        const Frame& frame = path_[i];
        if (frame.taken == 0) {
            below = 1;
            continue;
        }
        below = std::max(below, static_cast<double>(states_ - frame.before_last));
        const double first =
            frame.taken == 1 ? below : static_cast<double>(frame.after_first - frame.before);
        const double untaken = frame.choices < 2
                                   ? 0
                                   : static_cast<double>(frame.choices - frame.taken) /
                                         static_cast<double>(frame.choices - 1);
        const double added = first < 1 ? 0 : ratio(first) * first * untaken;
        below += static_cast<double>(frame.before_last - frame.before) + added + 1;
    }
    return std::max(below, static_cast<double>(states_));
}

bool Estimate::is_useful() const {
    return states_ > 0 && states() <= useful_factor * static_cast<double>(states_);
}

std::string Estimate::text() const {
    if (!is_useful()) {
        return "too early to guess how many states there are";
    }
    return "a guess at all there are: " + rounded_count(states()) + " states";
}

double EstimateHistory::add(std::uint64_t states, double guess) {
    if (!guesses_.empty() && states < guesses_.back().states) {
        guesses_.clear();  // the search has begun another pass
    }
    guesses_.push_back({states, guess});
    while (guesses_.size() > 1 && guesses_[1].states <= states / 2) {
        guesses_.pop_front();  // the next one is as old as is asked for
    }
    double factor = 1;
    for (const Guess& before : guesses_) {
        factor = std::max({factor, guess / before.guess, before.guess / guess});
    }
    return factor;
}

std::string rounded_count(double count) {
    double unit = 1;
    while (count / unit >= 1000) {
        unit *= 10;
    }
    const std::string digits = std::to_string(std::llround(std::round(count / unit) * unit));
    std::string text;
    for (std::size_t i = 0; i < digits.size(); ++i) {
        text += i > 0 && (digits.size() - i) % 3 == 0 ? "," : "";
        text += digits[i];
    }
    return text;
}

}  // namespace heddle
