// SPDX-License-Identifier: Apache-2.0
#include "scenarios/migration_steps.h"

#include "model/compaction.h"
#include "model/ksm.h"
#include "model/memory_failure.h"
#include "model/migrate.h"
#include "model/vmscan.h"
#include "scenarios/step_result.h"

namespace heddle {

void run_migrate_pages(const StepArguments& arguments) {
    page_set isolated = {};
    for (const unsigned pfn : arguments.pages) {
        struct page* page = pfn_to_page(pfn);
        if (isolate_lru_page(page) == 0) {
            add_page(isolated, page);
            mod_zone_isolated(page, 1);
        }
        put_page(page, Holder::pin);
    }
    if (!isolated.empty() && migrate_pages(isolated, MIGRATE_SYNC) != 0) {
        putback_movable_pages(isolated);
    }
}

void run_compact(const StepArguments& arguments) {
    compact_zone(this_machine().zones + arguments.zone,
                 arguments.async ? MIGRATE_ASYNC : MIGRATE_SYNC);
}

void run_ksm(const StepArguments& arguments) {
    struct mm_struct* mms = this_machine().mms;
    const StepArguments::Address& at = arguments.addresses[0];
    const StepArguments::Address& other = arguments.addresses[1];
    ksm_merge(mms + at.mm, at.page * PAGE_SIZE, mms + other.mm, other.page * PAGE_SIZE);
}

// The page is out of use from then on; the reference that keeps it so goes, so that the claims can
// be asked which hold when nobody has one.
void run_memory_failure(const StepArguments& arguments) {
    struct page* page = pfn_to_page(arguments.pages[0]);
    const int error = memory_failure(page);
    put_page(page, Holder::pin);
    check_result(arguments.result, error);
}

}  // namespace heddle
