// SPDX-License-Identifier: Apache-2.0
#include "checker/verdict.h"

namespace heddle {

const char* name_of(Verdict::Kind kind) {
    switch (kind) {
        case Verdict::Kind::pass:
            return "PASS";
        case Verdict::Kind::fail:
            return "FAIL";
        case Verdict::Kind::unknown:
            return "UNKNOWN";
        case Verdict::Kind::vacuous:
            return "VACUOUS";
        case Verdict::Kind::error:
            break;
    }
    return "ERROR";
}

bool Summary::met() const {
    if (verdict.kind == Verdict::Kind::fail) {
        return expected == "fail:" + verdict.violation->claim;
    }
    return verdict.kind == Verdict::Kind::pass && expected == "pass";
}

}  // namespace heddle
