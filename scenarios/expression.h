// SPDX-License-Identifier: Apache-2.0
// Conditions of scenario files, such as "P.mlocked == 0 && zone0.NR_MLOCK >= 1".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/scenario_file.h"

namespace heddle {

// Grammar, from loosest to tightest; integers are decimal, 64-bit and signed:
//   condition  := conjunction { "||" conjunction }
//   conjunction:= comparison { "&&" comparison }
//   comparison := term [ ("==" | "!=" | "<" | "<=" | ">" | ">=") term ]
//   term       := integer | "-" integer | name { "." name } | "!" term | "(" condition ")"
// Without a comparison a term holds if it is not 0.
class Expression {
  public:
    using Value = std::function<std::int64_t()>;

    // Gives the value behind a dotted name such as "P.mlocked", or a message saying why there is
    // none. Called once per occurrence, while parsing.
    using Lookup =
        std::function<std::variant<Value, std::string>(const std::vector<std::string>& path)>;

    // `condition` tells where the text stands; errors point into it. `file` names the file.
    static std::variant<Expression, FileError> parse(const std::string& file, const Word& condition,
                                                     const Lookup& lookup);

    bool holds() const { return value_() != 0; }

    // Its names with their present values: "P.mlocked = 0, zone0.NR_MLOCK = 1".
    std::string values() const;

  private:
    friend class ExpressionParser;

    struct Named {
        std::string name;
        Value value;
    };

    Value value_;
    std::vector<Named> names_;
};

}  // namespace heddle
