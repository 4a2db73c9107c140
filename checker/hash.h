// SPDX-License-Identifier: Apache-2.0
// XXH3 with the widest vectors that this CPU has; the hashes are the same everywhere.
#pragma once

#include <xxhash.h>
#ifdef __x86_64__
#include <xxh_x86dispatch.h>
#endif
