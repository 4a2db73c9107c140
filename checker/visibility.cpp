// SPDX-License-Identifier: Apache-2.0
#include "checker/visibility.h"

#include <algorithm>

namespace heddle {

namespace {

bool writes(const Operation& operation) {
    return operation.object != nullptr && operation.kind != OperationKind::read &&
           operation.kind != OperationKind::wait;
}

bool sees(const Claim& claim, const Operation& operation) {
    return claim.watches(operation.object, operation.bits);
}

}  // namespace

Visibility::Visibility(const Execution& execution) {
    for (const Claim& claim : execution.claims()) {
        if (claim.moment == Moment::finally) {
            continue;
        }
        if (claim.moment == Moment::idle || !claim.watches) {
            sees_all_ = true;
        } else {
            claims_.push_back(&claim);
        }
    }
}

bool Visibility::conflict(const Operation& one, const Operation& other) const {
    if (sees_all_) {
        return true;
    }
    return writes(one) && writes(other) &&
           std::any_of(claims_.begin(), claims_.end(), [&](const Claim* claim) {
               return sees(*claim, one) && sees(*claim, other);
           });
}

}  // namespace heddle
