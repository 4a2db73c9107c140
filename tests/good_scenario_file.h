// SPDX-License-Identifier: Apache-2.0
// A scenario file without mistakes, for the tests that read it and those that put mistakes in.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace heddle {

// Uses every key. Tests point into its lines, which count from 1.
inline const std::string good = R"(name = "good"
story = "A page in a remote pagevec is munlocked."
expect = "fail:B1"
labels = ["mlock", "leak"]
sometimes = ["P.mlocked == 0"]
[machine]
cpus = 2
nodes = 2
zones = 2
pagevec_size = 3
[fixes]
with = ["one", "two"]
without = ["three"]
[invariants]
off = ["B1"]
[[vma]]
name = "A"
locked = true
[[mapping]]
name = "M"
unevictable = true
[[page]]
name = "P"
zone = 3
flags = ["mlocked", "uptodate"]
where = "lru_add:1"
mapping = "M"
cached = true
mapped_by = ["A"]
pinned_by = ["munlock"]
[[page]]
name = "Q"
where = "isolated:drain"
[[task]]
name = "munlock"
cpu = 1
interrupt = true
steps = ["__munlock_pagevec P  Q", "lru_add_drain"]
[[task]]
name = "drain"
steps = ["lru_add_drain_all"]
[[claim]]
name = "unlocked"
finally = "P.mlocked == 0"
[[claim]]
name = "bounded"
always = "zone0.NR_MLOCK <= 2"
)";

// Follows `good`, which has 47 lines.
inline const std::string good_variants = R"([variant.seed]
expect = "fail:C1"
[variant.fixed]
story = "Fixed."
expect = "pass"
labels = []
fixes.with = ["four"]
machine.pagevec_size = 14
[[variant.fixed.task]]
name = "munlock"
steps = ["munlock_vma_page P"]
[[variant.fixed.task]]
name = "drain"
steps = ["lru_add_drain"]
[variant.another]
invariants.off = ["C1"]
sometimes = ["1"]
claim = []
)";

// `text` with its first `from` replaced.
inline std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace heddle
