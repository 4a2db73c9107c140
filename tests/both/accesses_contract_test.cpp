// SPDX-License-Identifier: Apache-2.0
// The part of the contract (contract_test.cpp) that is about loads, stores and barriers.
#include <gtest/gtest.h>

#include "checker/sync/sync.h"

namespace heddle::accesses_contract_test {
namespace {

template <class Function>
constexpr bool has_type(Function*) {
    return true;
}

static_assert(has_type<int(const int&, Where)>(READ_ONCE<int>));
static_assert(has_type<void(int&, int, Where)>(WRITE_ONCE<int>));
static_assert(has_type<int(const int*, Where)>(smp_load_acquire<int>));
static_assert(has_type<void(int*, int, Where)>(smp_store_release<int>));
static_assert(has_type<int(const int&, Where)>(plain_load<int>));
static_assert(has_type<void(int&, int, Where)>(plain_store<int>));
static_assert(has_type<void(Where)>(cpu_relax));
static_assert(has_type<void(Where)>(smp_mb));
static_assert(has_type<void(Where)>(smp_rmb));
static_assert(has_type<void(Where)>(smp_wmb));
static_assert(has_type<void(Where)>(smp_mb__before_atomic));
static_assert(has_type<void(Where)>(smp_mb__after_atomic));

TEST(Contract, PlainAccessesReadAndWrite) {
    int x = 1;
    WRITE_ONCE(x, 2);
    EXPECT_EQ(READ_ONCE(x), 2);
    int* pointer = nullptr;
    WRITE_ONCE(pointer, &x);
    EXPECT_EQ(READ_ONCE(pointer), &x);
    smp_store_release(&x, 3);
    EXPECT_EQ(smp_load_acquire(&x), 3);
    smp_mb();
    smp_rmb();
    smp_wmb();
    smp_mb__before_atomic();
    smp_mb__after_atomic();
    EXPECT_EQ(choose(1), 0U);
    EXPECT_LT(choose(3), 3U);
}

}  // namespace
}  // namespace heddle::accesses_contract_test
